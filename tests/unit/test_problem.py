"""Refusals are worded for people who see neither our classes nor our shapes."""

import pytest

from chalicelib.domain.customers.model import NewCustomer
from chalicelib.domain.errors import Invalid
from chalicelib.handlers import parameters
from chalicelib.handlers.endpoint import shaped
from chalicelib.handlers.parameters import Paging

CUSTOMER = {"given_name": "Asha", "phones": [{"number": "+91 98765 43210"}]}


def refusal(**fields: object) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        shaped(NewCustomer, {**CUSTOMER, **fields})
    return {error.pointer: error.detail for error in refused.value.errors}


@pytest.mark.parametrize(("field", "pointer"), [("phones", "/phones/0"), ("addresses", "/addresses/0")])
def test_what_is_no_object_is_said_to_be_none(field: str, pointer: str) -> None:
    assert refusal(**{field: ["text"]}) == {pointer: "must be a JSON object"}


def test_custom_must_be_an_object() -> None:
    assert refusal(custom=[1]) == {"/custom": "must be a JSON object"}


def test_an_unknown_field_is_named() -> None:
    assert refusal(shoe_size=40) == {"/shoe_size": "is not a field of this resource"}


def test_an_unknown_parameter_is_called_one() -> None:
    with pytest.raises(Invalid) as refused:
        parameters.read(Paging, {"colour": ["red"]})
    assert [(error.pointer, error.detail) for error in refused.value.errors] == [
        ("/colour", "is not a parameter of this route")
    ]


def test_so_many_wrong_fields_are_named_and_the_first_three_in_words() -> None:
    with pytest.raises(Invalid) as refused:
        shaped(NewCustomer, {**CUSTOMER, **{f"field_{number:02d}": 1 for number in range(60)}})
    pointers = [error.pointer for error in refused.value.errors]
    assert pointers == [f"/field_{number:02d}" for number in range(50)]
    assert [number for number in range(60) if f"/field_{number:02d} " in refused.value.detail] == [0, 1, 2]
