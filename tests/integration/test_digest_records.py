"""What a digest reads: only records of active customers, and not more birthdays than it names."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.messages.digest import Due
from chalicelib.domain.messages.digest_text import MOST_BIRTHDAYS
from chalicelib.repos import keys
from chalicelib.repos.digest import DigestRecords
from chalicelib.repos.inquiry_items import INQUIRY
from tests.support.stale import named, written
from tests.support.world import World


@pytest.fixture
def due(world: World) -> Due:
    """All that is open with Meera, and her birthday."""
    meera = named(world, "Meera").id
    inquiry = world.api("sales").post(f"/v1/customers/{meera}/inquiries", {"text": "Any studs?"}).json
    return Due("usr_test", date(2026, 11, 23), None, tuple(world.records["rem"]), ((meera, inquiry["id"]),), (meera,))


def _told(world: World, due: Due) -> tuple[int, int, int, int]:
    waiting = DigestRecords(world.table).waiting(due)
    return len(waiting.reminders), len(waiting.inquiries), len(waiting.birthdays), waiting.more_birthdays


def test_what_is_open_is_told(world: World, due: Due) -> None:
    assert _told(world, due) == (1, 1, 1, 0)


def test_nothing_is_told_of_a_customer_who_was_archived_meanwhile(world: World, due: Due) -> None:
    assert world.api("manager").delete(f"/v1/customers/{due.birthday_ids[0]}").status == 204
    assert _told(world, due) == (0, 0, 0, 0)


def test_a_record_that_is_gone_is_not_told(world: World, due: Due) -> None:
    ((customer_id, inquiry_id),) = due.inquiries
    written(world, lambda work: work.delete(keys.owned(customer_id, INQUIRY, inquiry_id)))
    assert _told(world, due) == (1, 0, 1, 0)


@pytest.mark.parametrize("wrong", ["", "x" * 3000], ids=["empty", "too long for a key"])
def test_what_is_no_id_of_a_customer_is_not_read(world: World, due: Due, wrong: str) -> None:
    assert _told(world, replace(due, inquiries=(*due.inquiries, (wrong, "inq_1")))) == _told(world, due)
    assert _told(world, replace(due, birthday_ids=(wrong, *due.birthday_ids))) == _told(world, due)


def test_birthdays_beyond_the_most_are_counted(world: World, due: Due) -> None:
    many = replace(due, birthday_ids=due.birthday_ids * (MOST_BIRTHDAYS + 3))
    assert _told(world, many)[2:] == (MOST_BIRTHDAYS, 3)
