"""A writer whose record is not as it was read, or is there already: the transaction is refused, and nothing changes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.repos import keys, open_items
from chalicelib.repos.inquiries import InquiryWriter
from chalicelib.repos.jobs import JobReader, JobWriter
from chalicelib.repos.keys import Key
from chalicelib.repos.known import Found, MarkWriter
from chalicelib.repos.notes import NoteWriter
from chalicelib.repos.reach import ReachReader, count_send
from chalicelib.repos.table import key_of
from chalicelib.repos.transaction import Transaction
from tests.support.stale import Write, begun, refused, written
from tests.support.world import World


def remove(world: World, key: Key) -> None:
    world.table.send("delete_item", Key=key_of(key))


def once_more(world: World, writer: type[NoteWriter] | type[InquiryWriter], kind: str) -> Write:
    """Another text under the id of a record that is there."""
    customer, record = world.records["cus"][0], world.records[kind][0]

    def write(work: Transaction) -> None:
        desk: Any = writer(work)
        desk.add(desk.customer(customer), replace(desk.get(customer, record), text="Another"))

    return write


def job(world: World, *parts: int) -> Write:
    """A job of which only these parts are there: itself, its place in the list."""
    found = JobReader(world.table).get(world.records["exp"][0], "export", world.clock.now)
    places = keys.job(found.id), keys.job_listed("export", found.id, found.created_at[:7])
    for part in {0, 1}.difference(parts):
        remove(world, places[part])
    return lambda work: JobWriter(work).add(replace(found, version=1))


NEW: dict[str, Callable[[World], Write]] = {
    "a note": lambda world: once_more(world, NoteWriter, "nte"),
    "an inquiry": lambda world: once_more(world, InquiryWriter, "inq"),
    "a job": lambda world: job(world, 0),
    "a job's place in the list": lambda world: job(world, 1),
}


@pytest.mark.parametrize("what", NEW)
def test_what_is_there_is_not_written_over(world: World, what: str) -> None:
    refused(world, begun(world, NEW[what](world)))


def test_of_two_undos_of_one_job_one_begins(world: World) -> None:
    """Each writes into the job that it takes back."""
    before = JobReader(world.table).get(world.records["blk"][1], "bulk", world.clock.now)
    written(world, lambda work: JobWriter(work).amend(before, before.with_state(undo_id="und_1")))
    refused(world, begun(world, lambda work: JobWriter(work).amend(before, before.with_state(undo_id="und_2"))))


@pytest.mark.parametrize("known", [None, "cus_1"], ids=["unknown", "another's"])
def test_a_row_that_another_import_has_just_brought_is_not_marked(world: World, known: str | None) -> None:
    row = "0" * 64
    written(world, lambda work: MarkWriter(work, Found()).mark(row, "cus_2"))
    found = Found(marks={row: known} if known else {})
    refused(world, begun(world, lambda work: MarkWriter(work, found).mark(row, "cus_3")))


@pytest.mark.parametrize("counted", [0, 1], ids=["the first", "another"])
def test_of_two_messages_at_once_both_count(world: World, counted: int) -> None:
    """Who counts one is told that another was counted since, and reads again how many there are."""
    reader, customer = ReachReader(world.table), world.records["cus"][3 - counted * 3]
    reach = reader.get(customer)
    assert (reach.sends_version > 0) is bool(counted)
    at = world.clock.now.isoformat()
    written(world, lambda work: count_send(work, reach, [*reach.sends, (at, "msg_1")]))
    refused(world, begun(world, lambda work: count_send(work, reach, [*reach.sends, (at, "msg_2")])))
    assert list(reader.get(customer).sends) == [*reach.sends, (at, "msg_1")]


def test_a_customer_of_whom_only_the_rest_is_left_is_none(world: World) -> None:
    """As after a restore that was torn."""
    customer = world.records["cus"][0]
    remove(world, keys.profile(customer))
    for read in (open_items.read, lambda table, customer_id: ReachReader(table).get(customer_id)):
        with pytest.raises(NotFound):
            read(world.table, customer)
    assert world.api("sales").get(f"/v1/customers/{customer}/overview").status == 404
