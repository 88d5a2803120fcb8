"""Who may be written to, on which channel, and when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.consents.model import Consent, Consents
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.messages import policy
from chalicelib.domain.messages.model import may_follow
from chalicelib.domain.messages.policy import Reach
from chalicelib.domain.shop.model import DEFAULT_SETTINGS, Location, Shop

AT = "2026-11-22T10:00:00.000Z"
NIGHT = {"from": "21:00", "to": "08:00"}
ZONES = (
    "Pacific/Kiritimati",
    "Asia/Kolkata",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Niue",
    "Australia/Lord_Howe",
)


def customer(**fields: Any) -> Customer:
    doc = {
        "given_name": "Asha",
        "phones": [{"number": "+91 98765 43210", "e164": "+919876543210"}],
        "emails": [{"address": "Asha@Example.com", "normalized": "asha@example.com"}],
        **fields,
    }
    return Customer("cus_1", doc, 1, fields.pop("status", "active"), AT, AT)


def word(channel: str, purpose: str, *, granted: bool = True, at: str = AT) -> Consent:
    return Consent(f"con_{at}", "cus_1", channel, purpose, granted, "in_store", None, at, at, ("usr_1", "Rohan"))


def said(*words: Consent) -> Consents:
    found = Consents()
    for each in words:
        found = found.with_word(each)
    return found


def test_what_was_never_spoken_of_is_not_agreed_to() -> None:
    assert not policy.agreed(Reach(customer()), "email", "birthday", Shop())
    assert policy.agreed(Reach(customer(), said(word("email", "birthday"))), "email", "birthday", Shop())
    assert not policy.agreed(Reach(customer(), said(word("email", "birthday"))), "sms", "birthday", Shop())
    assert not policy.agreed(Reach(customer(), said(word("email", "birthday"))), "email", "promotions", Shop())


def test_what_is_owed_needs_no_consent_unless_it_was_withdrawn() -> None:
    assert policy.agreed(Reach(customer()), "email", "service", Shop())
    withdrawn = said(word("email", "service", granted=False))
    assert not policy.agreed(Reach(customer(), withdrawn), "email", "service", Shop())


def test_the_latest_word_counts_whenever_it_is_written_down() -> None:
    yes, no = word("sms", "care"), word("sms", "care", granted=False, at="2026-11-22T11:00:00.000Z")
    assert not said(yes, no).agreed("sms", "care")
    assert not said(no, yes).agreed("sms", "care")


@pytest.mark.parametrize(
    ("preferred", "agreed_to", "expected"),
    [
        (None, ["email", "sms"], ("email", None)),
        ("sms", ["email", "sms"], ("sms", None)),
        ("sms", ["email"], ("email", None)),
        ("whatsapp", ["sms"], ("sms", None)),
        ("push", ["push", "email"], ("email", None)),  # no device
        (None, [], ("email", "no_consent")),
        ("sms", [], ("sms", "no_consent")),
    ],
)
def test_the_channel_is_the_preferred_one_else_email_else_sms(
    preferred: str | None, agreed_to: list[str], expected: tuple[str, str | None]
) -> None:
    reach = Reach(customer(preferred_channel=preferred), said(*(word(each, "birthday") for each in agreed_to)))
    assert policy.channel_for(reach, "birthday", Shop()) == expected


@pytest.mark.parametrize(
    ("agreed_to", "expected"),
    [(["email", "sms"], ("sms", None)), (["email"], ("email", None)), ([], ("email", "no_consent"))],
)
def test_an_address_that_came_back_gives_way_to_another_channel(
    agreed_to: list[str], expected: tuple[str, str | None]
) -> None:
    bounced = {("email", "asha@example.com"): {"reason": "bounce", "at": AT}}
    reach = Reach(replace(customer(), suppressed=bounced), said(*(word(each, "birthday") for each in agreed_to)))
    assert policy.channel_for(reach, "birthday", Shop()) == expected
    assert reach.stopped("email")
    assert not reach.stopped("sms")
    assert not reach.stopped("push")


def test_without_an_address_there_is_no_channel() -> None:
    reach = Reach(customer(phones=[], emails=[]), said(word("email", "birthday")))
    assert policy.channel_for(reach, "birthday", Shop()) == ("email", "no_address")
    with_device = Reach(
        customer(preferred_channel="push"), said(word("push", "birthday")), endpoints=("arn:1", "arn:2")
    )
    assert policy.channel_for(with_device, "birthday", Shop()) == ("push", None)
    assert with_device.address("push") == "arn:1"
    assert with_device.address("email") == "Asha@Example.com"
    assert with_device.address("sms") == "+919876543210"


def test_the_cap_counts_other_messages_of_its_days() -> None:
    now = datetime(2026, 11, 22, 10, tzinfo=UTC)
    days_ago = [(f"2026-11-{day:02d}T10:00:01.000Z", f"msg_{day}") for day in (14, 15, 18, 20, 21)]
    reach = Reach(customer(), sends=days_ago)  # the one of the 14th is over seven days old
    assert policy.over_cap(reach, "promotions", Shop(), "msg_new", now)
    assert not policy.over_cap(reach, "promotions", Shop(), "msg_21", now)
    assert not policy.over_cap(reach, "service", Shop(), "msg_new", now)
    assert not policy.over_cap(Reach(customer(), sends=days_ago[:4]), "promotions", Shop(), "msg_new", now)


@pytest.mark.parametrize(
    ("local", "ends"),
    [
        ("2026-11-22T20:59:59", None),
        ("2026-11-22T21:00:00", "2026-11-23T08:00:00"),
        ("2026-11-23T02:00:00", "2026-11-23T08:00:00"),
        ("2026-11-23T07:59:59", "2026-11-23T08:00:00"),
        ("2026-11-23T08:00:00", None),
    ],
)
def test_quiet_hours_end_in_the_morning(local: str, ends: str | None) -> None:
    zone = ZoneInfo("Asia/Kolkata")
    now = datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
    expected = datetime.fromisoformat(ends).replace(tzinfo=zone) if ends else None
    assert policy.quiet_until(now, zone, NIGHT) == expected


def test_the_same_time_twice_means_no_quiet_hours() -> None:
    now = datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert policy.quiet_until(now, ZoneInfo("UTC"), {"from": "21:00", "to": "21:00"}) is None


@given(
    st.integers(0, 2 * 366 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from(ZONES),
    st.tuples(st.times(), st.times()).map(lambda pair: tuple(each.strftime("%H:%M") for each in pair)),
)
def test_quiet_hours_are_over_at_their_end_and_within_a_day(now: datetime, name: str, hours: tuple[str, str]) -> None:
    zone = ZoneInfo(name)
    quiet = {"from": hours[0], "to": hours[1]}
    ends = policy.quiet_until(now, zone, quiet)
    if ends is not None:
        assert now < ends <= now + timedelta(hours=25)
        assert policy.quiet_until(ends + timedelta(hours=1), zone, {"from": hours[0], "to": hours[1]}) != ends


def test_a_night_that_has_an_hour_twice() -> None:
    zone, quiet = ZoneInfo("Europe/Berlin"), {"from": "21:00", "to": "02:30"}
    second_quarter_past_two = datetime(2026, 10, 25, 2, 15, tzinfo=zone, fold=1).astimezone(UTC)
    assert policy.quiet_until(second_quarter_past_two, zone, quiet) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_the_zone_is_the_customers_own_else_the_stores() -> None:
    location = Location("loc_1", 1, {"time_zone": "America/New_York", "status": "active"})
    shop = Shop(settings={**DEFAULT_SETTINGS, "default_location": "loc_1"}, locations={"loc_1": location})
    assert policy.zone_of(customer(time_zone="Asia/Tokyo"), shop).key == "Asia/Tokyo"
    assert policy.zone_of(customer(), shop).key == "America/New_York"
    assert policy.zone_of(customer(), Shop()).key == "UTC"


def test_languages_fall_back_to_the_base_and_then_to_the_shops() -> None:
    shop = Shop(settings={**DEFAULT_SETTINGS, "languages": ["en", "mr"]})
    assert policy.languages_of(customer(language="pt-BR"), shop) == ["pt-BR", "pt", "en", "mr"]
    assert policy.languages_of(customer(), shop) == ["en", "mr"]


@given(st.lists(st.sampled_from(("sent", "delivered", "bounced", "complained", "unknown")), max_size=6))
def test_in_whatever_order_a_providers_words_come_the_end_is_the_same(words: list[str]) -> None:
    def end(order: list[str]) -> str:
        status = "sending"
        for each in order:
            status = each if may_follow(status, each) else status
        return status

    assert end(words) == end(sorted(words)) == end([*words, *reversed(words)])


@pytest.mark.parametrize("final", ["suppressed", "logged", "received"])
def test_what_never_left_is_not_moved_by_a_provider(final: str) -> None:
    assert not may_follow(final, "delivered")
    assert not may_follow("delivered", "sent")
    assert may_follow("unknown", "sent")


@pytest.mark.parametrize("word", ["suppressed", "logged", "received", "opened"])
def test_a_provider_moves_nothing_to_where_it_does_not_lead(word: str) -> None:
    assert not may_follow("sending", word)
