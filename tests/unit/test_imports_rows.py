"""Headers, and cells as the body of a customer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.customers.model import NewCustomer
from chalicelib.domain.errors import Conflict, FieldError, Invalid
from chalicelib.domain.imports.columns import KNOWN
from chalicelib.domain.imports.merging import located
from chalicelib.domain.imports.rows import Row, read_row, rejected
from chalicelib.domain.spreadsheets import inert

HEADER = ("given_name", "phone", "phone_2", "phone_2_label", "email_3", "shipping_city", "custom.Ring", "tags")


def row(**cells: str) -> Row:
    return read_row(1, tuple(cells), tuple(cells.values()))


def test_every_field_that_clients_write_has_a_column_but_important_dates() -> None:
    columns = {column.split("_")[0] + "s" if column in ("phone", "email") else column for column in KNOWN}
    fields = set(NewCustomer.model_fields) - {"addresses", "custom", "important_dates"}
    assert fields <= columns
    assert len([column for column in KNOWN if column.startswith(("home_", "billing_", "shipping_"))]) == 19


def test_cells_become_a_body() -> None:
    read = read_row(7, HEADER, (" Asha ", "+91 1", "+91 2", "work", "a@b.example", "Pune", "14", "VIP|Gold; Wedding;"))
    assert read.number == 7
    assert read.body == {
        "given_name": "Asha",
        "phones": [{"number": "+91 1"}, {"number": "+91 2", "label": "work"}],
        "emails": [{"address": "a@b.example"}],
        "addresses": [{"kind": "shipping", "city": "Pune"}],
        "custom": {"Ring": "14"},
        "tags": ["VIP", "Gold", "Wedding"],
    }


def test_empty_and_absent_cells_say_nothing() -> None:
    assert read_row(1, HEADER, ("Asha", "+91 1", "  ")).body == {"given_name": "Asha", "phones": [{"number": "+91 1"}]}


def test_too_many_cells_are_a_fault() -> None:
    assert read_row(1, ("phone",), ("1", "2")).fault == "has 2 cells, but the header has 1"


@pytest.mark.parametrize(
    ("said", "meant"), [("true", True), ("YES", True), ("1", True), ("no", False), ("0", False), ("maybe", "maybe")]
)
def test_yes_and_no(said: str, meant: Any) -> None:
    assert row(allow_duplicate=said).body["allow_duplicate"] == meant


@pytest.mark.parametrize(
    ("pointer", "column"),
    [
        ("/given_name", "given_name"),
        ("/phones/0/number", "phone"),
        ("/phones/1/number", "phone_3"),
        ("/phones/1/label", "phone_3_label"),
        ("/emails/0/address", "email_2"),
        ("/emails", "email"),
        ("/addresses/0/country", "home_country"),
        ("/addresses/1/line1", "billing_line1"),
        ("/custom", "custom.Ring"),
        ("/tags/3", "tags"),
        ("/allow_duplicate", "allow_duplicate"),
        ("", None),
        ("/kind", None),
    ],
)
def test_a_pointer_leads_back_to_its_column(pointer: str, column: str | None) -> None:
    header = {
        "given_name": "Asha",
        "phone": "1",
        "phone_3": "3",
        "phone_3_label": "work",
        "email_2": "a",
        "home_city": "Pune",
        "billing_city": "Mumbai",
        "custom.Ring": "1",
        "tags": "a",
        "allow_duplicate": "no",
    }
    assert row(**header).column(pointer) == column


@given(
    st.dictionaries(
        st.sampled_from(sorted(KNOWN)),
        st.text(st.characters(exclude_characters="\ud800"), min_size=1, max_size=4),
        max_size=12,
    )
)
def test_whatever_is_wrong_with_a_cell_is_told_by_its_column(cells: dict[str, str]) -> None:
    read = row(**cells)
    try:
        NewCustomer.model_validate(read.body)
    except ValidationError as wrong:
        for error in wrong.errors():
            pointer = "".join(f"/{step}" for step in error["loc"])
            contact = pointer.rsplit("/", 1)[0]
            assert pointer == "" or read.column(pointer) in cells or read.column(contact) in KNOWN


def test_a_refusal_names_the_first_wrong_column_and_the_customer_in_the_way() -> None:
    errors = [FieldError("/phones/0/number", "is held by another customer"), FieldError("/given_name", "is odd")]
    told = rejected(row(given_name="Asha", phone="1"), Conflict("Taken.", errors=errors, conflict_id="cus_1"))
    assert (told.result, told.field, told.reason) == ("rejected", "phone", "is held by another customer (cus_1)")
    assert rejected(row(phone="1"), Invalid("has 3 cells")).reason == "has 3 cells"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\n=1"])
def test_formulas_are_inert(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "cus_1", "is not a phone number", "a=1"])
def test_other_cells_stay(cell: str) -> None:
    assert inert(cell) == cell


def test_addresses_that_name_no_country_are_in_that_of_the_list() -> None:
    body = {"given_name": "Asha", "addresses": [{"kind": "home", "city": "Pune"}, {"kind": "billing", "country": "AE"}]}
    said = [{"kind": "home", "city": "Pune", "country": "IN"}, {"kind": "billing", "country": "AE"}]
    assert located(body, "IN") == {**body, "addresses": said}
    assert located(body, None) == body
    for unreadable in ({}, {"addresses": "Pune"}, {"addresses": ["Pune"]}):
        assert located(unreadable, "IN") == unreadable
