"""One number and one address for all their notations."""

import pytest

from chalicelib.domain.customers.contact import e164_of, normalize_emails, normalize_phones, normalized_email
from chalicelib.domain.errors import Invalid


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+91 98765 43210", None),
        ("＋91 98765 43210", None),
        ("098765-43210", "IN"),
        ("(98765) 43210", "IN"),
        ("0091 98765 43210", "IN"),
        ("٩٨٧٦٥٤٣٢١٠", "IN"),
        ("९८७६५ ४३२१०", "IN"),
        ("９８７６５４３２１０", "IN"),
    ],
)
def test_notations_and_scripts_are_one_number(number: str, country: str | None) -> None:
    assert e164_of(number, country, "/p") == "+919876543210"


@pytest.mark.parametrize("number", ["", "12", "call me", "+999 1", "9.19877E+11", "+91 98765 43210 12345"])
def test_what_is_no_number(number: str) -> None:
    with pytest.raises(Invalid) as refused:
        e164_of(number, "IN", "/phones/0/number")
    assert refused.value.errors[0].pointer == "/phones/0/number"


def test_a_local_number_needs_a_country() -> None:
    with pytest.raises(Invalid, match="country code"):
        e164_of("98765 43210", None, "/p")


@pytest.mark.parametrize(
    ("address", "normalized"),
    [
        ("Asha@Example.COM", "asha@example.com"),
        ("asha+rings@example.com", "asha+rings@example.com"),
        ("asha@xn--bcher-kva.example", "asha@bücher.example"),
        ("asha@BÜCHER.example", "asha@bücher.example"),
        ("उषा@shop.example", "उषा@shop.example"),
    ],
)
def test_addresses_compare(address: str, normalized: str) -> None:
    assert normalized_email(address, "/e") == normalized


@pytest.mark.parametrize(
    "address", ["", "asha", "@example.com", "a b@example.com", "a@b@c", "a@-x.com", "a\r\nBcc:x@y.z"]
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(Invalid):
        normalized_email(address, "/e")


def test_one_number_or_address_is_given_once_however_it_is_written() -> None:
    with pytest.raises(Invalid, match="given twice") as refused:
        normalize_phones([{"number": "+91 98765 43210"}, {"number": "098765-43210"}], "IN", {})
    assert refused.value.errors[0].pointer == "/phones/1/number"
    with pytest.raises(Invalid, match="given twice") as refused:
        normalize_emails([{"address": "asha@example.com"}, {"address": "Asha@EXAMPLE.com"}])
    assert refused.value.errors[0].pointer == "/emails/1/address"
