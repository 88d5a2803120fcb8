"""Where customers and staff belong, whom to tell of what, and which runs are refused."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Invalid
from chalicelib.domain.shop.model import DEFAULT_SETTINGS, Location, Shop
from chalicelib.domain.sweeps import birthdays
from chalicelib.domain.sweeps.model import MOST_NAMED, Tally, require_near
from chalicelib.domain.sweeps.places import Place, belongs_to, default_zone, homes, staff_of, workplace_of, workplaces
from chalicelib.domain.sweeps.telling import (
    MOST_BIRTHDAYS,
    MOST_ITEMS,
    Digest,
    Waiting,
    by_person,
    digests,
    known_to_all,
    people_for,
    record,
)
from chalicelib.domain.work import Change, Event
from chalicelib.repos.follow_ups import mark_told
from chalicelib.repos.transaction import MOST_ITEMS as MOST_OPERATIONS
from tests.support.fakes import FakeWork
from tests.support.history import ASHA, archived
from tests.support.work import a_transaction
from tests.unit.test_inquiries import PEOPLE, person

DAY = date(2027, 3, 15)


def store(location_id: str, zone: str, status: str = "active") -> Location:
    doc = {"time_zone": zone, "country": "IN", "status": status, "created_at": "2026-11-22T10:00:00.000Z"}
    return Location(location_id, 1, doc)


def shop(*stores: Location, default: str | None = None) -> Shop:
    return Shop({**DEFAULT_SETTINGS, "default_location": default}, 1, {each.id: each for each in stores})


MUMBAI, TOKYO = store("loc_mumbai", "Asia/Kolkata"), store("loc_tokyo", "Asia/Tokyo")
CLOSED = store("loc_closed", "Europe/London", "closed")


def test_a_closed_store_and_none_go_by_the_default_store() -> None:
    found = {place.key: place for place in homes(shop(MUMBAI, TOKYO, CLOSED, default="loc_tokyo"))}
    assert {key: place.location_id for key, place in found.items()} == {
        "loc_mumbai": "loc_mumbai",
        "loc_tokyo": "loc_tokyo",
        "loc_closed": "loc_tokyo",
        None: "loc_tokyo",
    }
    assert {key: place.zone.key for key, place in found.items()} == {
        "loc_mumbai": "Asia/Kolkata",
        "loc_tokyo": "Asia/Tokyo",
        "loc_closed": "Asia/Tokyo",
        None: "Asia/Tokyo",
    }
    assert found["loc_mumbai"].created_at == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert found[None].created_at is None


@pytest.mark.parametrize(
    ("reference", "zone"),
    [
        (shop(), "UTC"),
        (shop(MUMBAI, CLOSED), "Asia/Kolkata"),
        (shop(MUMBAI, TOKYO), "UTC"),
        (shop(MUMBAI, TOKYO, default="loc_tokyo"), "Asia/Tokyo"),
        (shop(MUMBAI, CLOSED, default="loc_closed"), "Asia/Kolkata"),
    ],
)
def test_without_a_default_the_only_store_counts(reference: Shop, zone: str) -> None:
    assert default_zone(reference).key == zone
    (nowhere,) = [place for place in homes(reference) if place.key is None]
    assert nowhere.zone.key == zone


def test_where_somebody_works() -> None:
    reference = shop(MUMBAI, TOKYO, CLOSED, default="loc_tokyo")
    assert workplace_of(person("usr_1", locations=("loc_closed", "loc_mumbai")), reference) == "loc_mumbai"
    assert workplace_of(person("usr_2"), reference) == "loc_tokyo"
    assert workplace_of(person("usr_3"), shop(MUMBAI)) is None
    assert [place.key for place in workplaces(reference)] == ["loc_mumbai", "loc_tokyo"]
    assert [place.key for place in workplaces(shop(MUMBAI, CLOSED))] == ["loc_mumbai", None]
    directory = {"usr_1": person("usr_1", locations=("loc_mumbai", "loc_tokyo")), "usr_2": person("usr_2")}
    assert staff_of("loc_tokyo", directory, reference) == {"usr_1", "usr_2"}
    assert staff_of("loc_mumbai", directory, reference) == {"usr_1"}
    assert belongs_to("loc_unknown", reference) == "loc_tokyo"


def waiting(*assignees: str, told: tuple[str, ...] = (), number: int = 1) -> Waiting:
    return Waiting("reminder", f"rem_{number}", ASHA.id, "2027-03-15T10:00:00.000Z", assignees, frozenset(told))


@pytest.mark.parametrize(
    ("assignees", "expected"),
    [
        (("usr_meera",), ("usr_meera",)),
        (("usr_left", "usr_meera"), ("usr_meera",)),
        (("usr_left",), ("usr_here", "usr_here_too")),
        (("usr_unknown",), ("usr_here", "usr_here_too")),
    ],
)
def test_the_managers_stand_in_for_those_who_left(assignees: tuple[str, ...], expected: tuple[str, ...]) -> None:
    customer = replace(ASHA, doc={**ASHA.doc, "home_location": "loc_mumbai"})
    assert people_for(waiting(*assignees), customer, shop(MUMBAI), PEOPLE) == expected
    assert people_for(waiting(*assignees), archived(customer), shop(MUMBAI), PEOPLE) == ()


def test_who_was_told_counts_and_who_is_to_be_told() -> None:
    both, known = (
        waiting("usr_meera", "usr_here", told=("usr_here",)),
        waiting("usr_here", told=("usr_here",), number=2),
    )
    assert (known_to_all(both), known_to_all(known), known_to_all(waiting())) == (False, True, False)
    found = by_person([both, known], {ASHA.id: ASHA}, shop(MUMBAI), PEOPLE)
    assert found == {"usr_here": [both, known], "usr_meera": [both]}
    assert by_person([both], {}, shop(MUMBAI), PEOPLE) == {"usr_here": [both]}


def test_what_somebody_was_told_before_they_left_is_not_told_again() -> None:
    """Also when their customer is read for something else."""
    told, untold = waiting("usr_left", told=("usr_left",)), waiting("usr_meera", number=2)
    customer = replace(ASHA, doc={**ASHA.doc, "home_location": "loc_mumbai"})
    found = by_person([told, untold], {ASHA.id: customer}, shop(MUMBAI), PEOPLE)
    assert found == {"usr_left": [told], "usr_meera": [untold]}


@given(st.integers(0, 70), st.integers(0, 3))
def test_every_thing_is_in_one_part_and_birthdays_are_in_the_first(number: int, birthdays: int) -> None:
    items = [waiting("usr_meera", number=n) for n in range(number)]
    ids = [f"cus_{n}" for n in range(birthdays)]
    parts = list(digests("usr_meera", DAY, None, items, ids))
    assert [item for part in parts for item in part.items] == items
    assert [each for part in parts for each in part.birthday_ids] == ids
    assert bool(parts) == bool(number or birthdays)
    assert not ids or parts[0].birthday_ids


def test_the_birthdays_of_a_day_are_named_as_far_as_they_fit() -> None:
    ids = [f"cus_{n}" for n in range(MOST_BIRTHDAYS + 1)]
    (part,) = digests("usr_meera", DAY, None, [], ids)
    assert part.birthday_ids == tuple(ids[:MOST_BIRTHDAYS])


def test_what_does_not_wait_any_more_leaves_its_digest() -> None:
    first, second = waiting("usr_meera", number=1), waiting("usr_meera", number=2)
    digest = Digest("usr_meera", DAY, None, (first, second), ("cus_1",))
    assert digest.without(first) == Digest("usr_meera", DAY, None, (second,), ("cus_1",))


def test_a_birthday_is_an_event_and_stands_in_the_audit() -> None:
    work = FakeWork()
    birthdays.record(work, birthdays.BirthdayDue(ASHA.id, DAY, "loc_mumbai", by_hand=True))
    data = {"customer_id": ASHA.id, "year": 2027, "date": "2027-03-15", "location_id": "loc_mumbai", "by_hand": True}
    assert work.events == [Event(ASHA.id, "birthday_due", "Birthday due", data, audience="system")]
    assert work.changes == [Change("birthday.due", ASHA.id, after=data)]


def test_the_largest_part_fits_into_one_transaction() -> None:
    items = tuple(replace(waiting("usr_meera", number=n), customer_id=f"cus_{n}") for n in range(MOST_ITEMS))
    work: Any = a_transaction(store=_Nowhere())  # type: ignore[arg-type]  # only its name is asked for
    digest = Digest("usr_meera", DAY, None, items, ("cus_1",))
    mark_told(work, digest)
    record(work, digest)
    assert MOST_OPERATIONS - 5 < len(work) <= MOST_OPERATIONS


class _Nowhere:
    name = "facet"


def test_events_hold_ids_and_plain_facts() -> None:
    work = FakeWork()
    inquiry = Waiting("inquiry", "inq_1", ASHA.id, "2027-03-13T10:00:00.000Z", ("usr_meera",))
    record(work, Digest("usr_meera", DAY, "loc_mumbai", (waiting("usr_meera"), inquiry), ("cus_1",)))
    kinds = [(event.aggregate, event.kind, event.audience, event.publish) for event in work.events]
    assert kinds == [
        (ASHA.id, "reminder_due", "system", True),
        (ASHA.id, "inquiry_waiting", "system", True),
        ("usr_meera", "digest_due", "system", True),
    ]
    assert work.events[-1].data == {
        "staff_id": "usr_meera",
        "date": "2027-03-15",
        "location_id": "loc_mumbai",
        "reminder_ids": ["rem_1"],
        "inquiry_ids": ["inq_1"],
        "inquiry_customer_ids": [ASHA.id],  # an inquiry's own id does not say whose it is
        "birthday_ids": ["cus_1"],
    }
    assert [change.entity for change in work.changes] == [ASHA.id, ASHA.id, "usr_meera"]


def test_a_day_is_near_when_it_is_at_one_of_the_stores() -> None:
    now = datetime(2027, 3, 15, 10, 30, tzinfo=UTC)  # the 16th already in Kiritimati
    ends = shop(store("loc_east", "Pacific/Kiritimati"), store("loc_west", "Pacific/Niue"))
    places: list[Place] = homes(ends)
    for near in (date(2027, 3, 23), date(2027, 3, 7), None):
        require_near(near, places, now, force=False)
    for far in (date(2027, 3, 24), date(2027, 3, 6)):
        with pytest.raises(Invalid):
            require_near(far, places, now, force=False)
        require_near(far, places, now, force=True)


def test_tallies_add_up() -> None:
    named = tuple(f"cus_{n}" for n in range(MOST_NAMED - 1))
    total = Tally(1, 2, 3, named) + Tally(10, 20, 30, ("cus_a", "cus_b")).unfinished()
    assert (total.matched, total.appended, total.already_done, total.finished) == (11, 22, 33, False)
    assert total.customer_ids == (*named, "cus_a")
