"""The rules about contact details, each by named examples, and how findings follow them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.call import Actor, Call
from chalicelib.domain.contact_checks import commands, emails, phones, postal_codes, starting
from chalicelib.domain.contact_checks.model import Findings, mark_of
from chalicelib.domain.contact_checks.rules import Doubt, doubts
from chalicelib.domain.contact_checks.visible import shown
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.shop.model import DEFAULT_SETTINGS, Shop
from tests.support.sweeping import at

TODAY = date(2027, 3, 15)
NOW = at("2027-03-15T09:00")
SHOP = Shop({**DEFAULT_SETTINGS, "default_country": "IN"})
MOBILE, FIXED = "+919876543210", "+912222021234"
OWNER = "cus_01k00000000000000000000000"
CALL = Call(Actor("usr_1", "Rohan"), NOW, "req_1")


def customer(numbers: tuple[str, ...] = (MOBILE,), addresses: tuple[str, ...] = (), **more: Any) -> Customer:
    fields = {name: more.pop(name) for name in ("suppressed", "verified_at", "status") if name in more}
    doc = {
        "given_name": "Asha",
        "phones": [{"number": each, "e164": each} for each in numbers],
        "emails": [{"address": each, "normalized": each.casefold()} for each in addresses],
        **more,
    }
    made = Customer(OWNER, doc, 1, "active", "2027-01-10T09:00:00.000Z", "2027-01-10T09:00:00.000Z")
    return replace(made, **fields)


def kinds(who: Customer, shop: Shop = SHOP) -> list[str]:
    return [doubt.kind for doubt in doubts(who, shop, TODAY)]


def test_nothing_is_wrong_with_an_ordinary_customer() -> None:
    assert kinds(customer(addresses=("asha@gmail.com",), birthday="1990-02-28", anniversary="2015-06-01")) == []
    assert kinds(customer(birthday="--02-29")) == []


@pytest.mark.parametrize(
    ("number", "standing"),
    [(MOBILE, "fine"), (FIXED, "fixed"), ("+9112", "impossible"), ("+91", "impossible"), ("+910234567890", "invalid")],
)
def test_what_libphonenumber_says_of_a_number(number: str, standing: str) -> None:
    assert phones.standing(number) == standing


def test_numbers_that_no_operator_has_are_doubted() -> None:
    assert kinds(customer((MOBILE, "+910234567890", "+9112"))) == ["phone_invalid", "phone_impossible"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("asha@gmial.com", "asha@gmail.com"),
        ("asha@gmal.com", "asha@gmail.com"),
        ("asha@gmaill.com", "asha@gmail.com"),
        ("asha@gnail.com", "asha@gmail.com"),
        ("asha@GMIAL.com", "asha@gmail.com"),
        ("asha@gmail.co", "asha@gmail.com"),
        ("asha@gmail.con", "asha@gmail.com"),
        ("asha@rao.example.con", "asha@rao.example.com"),
        ("asha@hotmial.com", "asha@hotmail.com"),
        ("asha@yaho.com", "asha@yahoo.com"),
        ("asha@yahooo.co.in", "asha@yahoo.co.in"),
        ("asha@rediffmai.com", "asha@rediffmail.com"),
        ("asha@gmail.com", None),
        ("asha@mail.com", None),
        ("asha@ymail.com", None),
        ("asha@yahoo.co.in", None),
        ("asha@gmx.com", None),
        ("asha@example.com", None),
        ("gmial.com", None),
    ],
)
def test_typing_errors_of_domains(typed: str, meant: str | None) -> None:
    assert emails.meant(typed) == meant


@given(st.sampled_from(emails.MEANT), st.data())
def test_one_slip_is_always_one_apart_and_the_right_one_never(right: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(right) - 2))
    letter = data.draw(st.sampled_from("abcxyz"))
    slips = (
        right[:place] + right[place + 1 :],
        right[:place] + letter + right[place:],
        right[:place] + letter + right[place + 1 :],
        right[:place] + right[place + 1] + right[place] + right[place + 2 :],
    )
    assert all(emails.one_apart(slip, right) for slip in slips if slip != right)
    assert not emails.one_apart(right, right)
    assert not emails.one_apart("example.org", right)


def test_a_suspicious_address_comes_with_what_was_meant() -> None:
    (doubt,) = doubts(customer(addresses=("asha@gmial.com",)), SHOP, TODAY)
    assert (doubt.kind, doubt.field, doubt.suggestion) == ("email_typo", "/emails/0", "asha@gmail.com")
    assert kinds(customer(addresses=("asha@@x",))) == ["email_invalid"]


def test_addresses_from_which_messages_came_back() -> None:
    mail = {("email", "asha@x.example"): {"reason": "bounce"}, ("sms", MOBILE): {"reason": "stop_reply"}}
    assert kinds(customer(addresses=("asha@x.example",), suppressed=mail)) == ["address_rejected"]
    complained = {("email", "asha@x.example"): {"reason": "complaint"}}
    (doubt,) = doubts(customer(addresses=("asha@x.example",), suppressed=complained), SHOP, TODAY)
    assert doubt.field == "/emails/0"
    assert "unwanted" in doubt.detail


def test_somebody_who_cannot_be_reached_at_all() -> None:
    bounced = {("email", "asha@x.example"): {"reason": "bounce"}}
    nobody = customer((), ("asha@x.example",), suppressed=bounced)
    assert kinds(nobody) == ["address_rejected", "unreachable"]
    assert "unreachable" in kinds(customer(("+910234567890",)))
    assert "unreachable" not in kinds(customer((FIXED,), ("asha@x.example",), suppressed=bounced))


@pytest.mark.parametrize(
    ("channel", "numbers", "addresses", "doubted"),
    [
        ("email", (MOBILE,), (), True),
        ("email", (MOBILE,), ("a@x.example",), False),
        ("sms", (), ("a@x.example",), True),
        ("sms", (FIXED,), (), True),
        ("sms", (FIXED, MOBILE), (), False),
        ("whatsapp", (), ("a@x.example",), True),
        ("whatsapp", (FIXED,), (), False),
        ("call", (), ("a@x.example",), True),
        ("call", (FIXED,), (), False),
        ("push", (MOBILE,), (), False),
    ],
)
def test_a_preferred_channel_must_be_possible(
    channel: str, numbers: tuple[str, ...], addresses: tuple[str, ...], doubted: bool
) -> None:
    assert ("channel_impossible" in kinds(customer(numbers, addresses, preferred_channel=channel))) == doubted


@pytest.mark.parametrize(
    ("birthday", "anniversary", "found"),
    [
        ("2027-03-16", None, []),  # it is the sixteenth somewhere
        ("2027-03-17", None, ["birthday_implausible"]),
        ("1907-01-01", None, []),
        ("1906-12-31", None, ["birthday_implausible"]),
        ("1990-05-05", "1990-05-04", ["anniversary_implausible"]),
        ("1990-05-05", "2015-05-04", []),
        ("--05-05", "1901-05-04", []),
        (None, "2015-05-04", []),
    ],
)
def test_dates_that_cannot_be(birthday: str | None, anniversary: str | None, found: list[str]) -> None:
    assert kinds(customer(birthday=birthday, anniversary=anniversary)) == found


@pytest.mark.parametrize(
    ("code", "country", "fits"),
    [
        ("400050", "IN", True),
        ("400 050", "IN", True),
        ("040050", "IN", False),
        ("4000500", "IN", False),
        ("SW1A 1AA", "GB", True),
        ("sw1a1aa", "GB", True),
        ("80331", "GB", False),
        ("D-80331", "DE", True),
        ("CH 8001", "CH", True),
        ("8001", "DE", False),
        ("90210-1234", "US", True),
        ("K1A 0B1", "CA", True),
        ("1012 AB", "NL", True),
        ("100-0001", "JP", True),
        ("٤٠٠٠٥٠", "IN", False),
        ("whatever", "AE", True),
    ],
)
def test_postal_codes_by_country(code: str, country: str, fits: bool) -> None:
    assert postal_codes.fits(code, country) == fits
    where = {"kind": "home", "postal_code": code, "country": country}
    assert ("postal_code" in kinds(_at(where))) == (not fits)


def _at(where: dict[str, Any]) -> Customer:
    made = customer()
    return replace(made, doc={**made.doc, "addresses": [where]})


@pytest.mark.parametrize(
    ("given_name", "family_name", "found"),
    [
        ("ASHA", "RAO", ["name_capitals"]),
        ("JO", "LI", []),
        ("Asha", "RAO", []),
        ("आशा", "राव", []),
        ("Asha2", "Rao", ["name_odd"]),
        ("asha@x.example", "Rao", ["name_odd"]),
        ("Asha", "9876543210", ["name_odd"]),
    ],
)
def test_names_that_look_wrong(given_name: str, family_name: str, found: list[str]) -> None:
    assert kinds(customer(given_name=given_name, family_name=family_name)) == found


def test_a_customer_of_no_country() -> None:
    nowhere = Shop({**DEFAULT_SETTINGS, "default_country": None})
    assert kinds(customer(), nowhere) == ["country_missing"]
    assert kinds(_at({"kind": "home", "country": "IN"}), nowhere) == []


def test_details_that_nobody_confirmed_for_long() -> None:
    old = replace(customer(), created_at="2025-03-01T09:00:00.000Z")
    assert kinds(old) == ["not_verified"]
    assert kinds(replace(old, verified_at="2025-04-01T09:00:00.000Z")) == []
    assert kinds(replace(old, verified_at="2025-03-02T09:00:00.000Z")) == ["not_verified"]
    assert kinds(old, Shop({**SHOP.settings, "verify_after_months": None})) == []
    assert kinds(old, Shop({**SHOP.settings, "verify_after_months": 36})) == []


def test_an_archived_customer_is_left_alone() -> None:
    assert kinds(customer(("+910234567890",), status="archived")) == []


def doubt(kind: Any, value: str) -> Doubt:
    return Doubt(kind, "/x", value, "detail")


def test_findings_follow_the_doubts_and_remember_what_was_dismissed() -> None:
    first = commands.renewed(Findings(OWNER), [doubt("email_typo", "a"), doubt("name_odd", "b")], "usr_2", CALL)
    assert [(each.kind, each.status) for each in first.items] == [("email_typo", "open"), ("name_odd", "open")]
    assert first.assignee == "usr_2"
    dismissed = replace(first, items=(replace(first.items[0], status="dismissed"), first.items[1]))
    again = commands.renewed(dismissed, [doubt("name_odd", "b"), doubt("email_typo", "a")], "usr_2", CALL)
    assert {each.id for each in again.items} == {each.id for each in first.items}
    assert {each.kind: each.status for each in again.items} == {"email_typo": "dismissed", "name_odd": "open"}
    other = commands.renewed(dismissed, [doubt("email_typo", "another")], "usr_2", CALL)
    assert [(each.kind, each.status) for each in other.items] == [("email_typo", "open")]
    assert other.items[0].id not in {each.id for each in first.items}
    assert commands.renewed(other, [], "usr_2", CALL).items == ()


def test_a_finding_keeps_nothing_of_the_value() -> None:
    (finding,) = commands.renewed(Findings(OWNER), [doubt("email_typo", "asha@gmial.com")], None, CALL).items
    assert "asha" not in str(finding)
    assert finding.mark == mark_of("email_typo", "asha@gmial.com")


def test_a_finding_is_shown_only_while_its_doubt_is_there() -> None:
    wrong, right = customer(addresses=("asha@gmial.com",)), customer(addresses=("asha@gmail.com",))
    found = commands.renewed(Findings(OWNER), doubts(wrong, SHOP, TODAY), None, CALL).items
    (out,) = shown(wrong, found, SHOP, TODAY)
    assert (out["value"], out["suggestion"], out["customer"]["name"]) == ("asha@gmial.com", "asha@gmail.com", "Asha")
    assert shown(right, found, SHOP, TODAY) == []


@pytest.mark.parametrize(
    ("day", "week"), [("2027-01-03", "2026-W53"), ("2027-01-04", "2027-W01"), ("2027-03-15", "2027-W11")]
)
def test_the_week_is_that_of_iso_8601(day: str, week: str) -> None:
    assert starting.week_of(date.fromisoformat(day)) == week
