"""A table restored from a backup may hold half a transaction: that is found, and what can be derived is put right.

Every transaction of the made-up shop (its arrangement, then every writing route with what follows from it) is torn:
each of its items as it was before, or that item alone as it became. What a tear is called tells the action, the way
and the kind of item; one of each is tried.
"""

import json
from collections.abc import Iterator
from functools import cache

import pytest

from chalicelib.domain.call import Call
from chalicelib.handlers.endpoint import ENDPOINTS
from chalicelib.repos.keys import Key
from chalicelib.repos.table import encode
from chalicelib.wiring import clients
from tests.support import figures, world
from tests.support.faults import LONG
from tests.support.tearing import Items, Torn, applied, steps, tears
from tests.support.world.environment import TABLE
from tools.table_check import repair
from tools.table_check.check import check
from tools.table_check.finding import Finding
from tools.table_check.items import InMemory

# What a tear leaves that nobody needs to know of, by the end of its name, and why.
AGAIN = "the job goes on behind its checkpoint, and does the row again"
HARMLESS = {
    "imp/CHECK (rejected)": AGAIN,
    "imp/CHECK (unchanged)": AGAIN,
    "imp/ROW (rejected)": AGAIN,
    "imp/ROW (unchanged)": AGAIN,
    "import.map only imp/JOB": "the import is at work though nobody was told; the runbook begins jobs again",
    "import.start only imp/JOB": "as above",
    "user.sign_out only STAFF": "somebody has to sign in once more",
}
PARTS = 4
WRITING = sorted(route for route, endpoint in ENDPOINTS.items() if endpoint.writes)


def found(items: Items, shop: world.World) -> list[Finding]:
    """What the check of a table finds."""
    return list(check(InMemory(items), shop.clock.now.timestamp()))


def stretches(shop: world.World) -> Iterator[tuple[Items, list]]:  # type: ignore[type-arg]  # of changes
    """What is written from which state on: by the arrangement, and by each writing route."""
    yield {}, list(shop.cloud.changes)
    for route in WRITING:
        for request in shop.requests(route):
            shop.reset()
            before, start = items_of(shop), len(shop.cloud.changes)
            shop.send(request)
            shop.deliver()
            yield before, list(shop.cloud.changes[start:])


def items_of(shop: world.World) -> Items:
    """The table, by key."""
    return {Key(*key): item for key, item in shop.items().items()}


@cache
def every_tear() -> tuple[list[Torn], list[str]]:
    """One tear of each name, and what was found in tables between two transactions, which are whole."""
    torn: dict[str, Torn] = {}
    wrong: list[str] = []
    with world.opened() as shop:
        for before, changes in stretches(shop):
            state = before
            for step in steps(changes):
                if len(step.items) > 1:
                    new = [each for each in tears(state, step) if each.what not in torn]
                    torn |= {each.what: each for each in new}
                state = applied(state, step)
            wrong += [f"{finding.place}: {finding.what}" for finding in found(state, shop)]
    return list(torn.values()), wrong


def test_a_whole_table_has_no_findings() -> None:
    _, wrong = every_tear()
    assert wrong == []


def refill(items: Items) -> None:
    """Let the table hold exactly this."""
    client = clients.dynamodb()
    there = {Key(item["pk"]["S"], item["sk"]["S"]) for item in client.scan(TableName=TABLE)["Items"]}
    writes = [{"PutRequest": {"Item": encode(item)}} for item in items.values()]
    writes += [{"DeleteRequest": {"Key": encode(key._asdict())}} for key in there - items.keys()]
    for start in range(0, len(writes), 25):
        client.batch_write_item(RequestItems={TABLE: writes[start : start + 25]})


def repaired(shop: world.World, what: str, before: list[Finding]) -> list[Finding]:
    """What is left after a repair: nothing but what could not be derived, of what was named before."""
    call = Call(repair.RESTORE, shop.clock.now, "req_repair", None)
    _, left = repair.repair(shop.table, lambda: found(items_of(shop), shop), call)
    assert {finding.key for finding in left} <= {finding.key for finding in before}, what
    assert all(finding.mend is None for finding in left), what
    return left


def works(shop: world.World) -> None:
    """The counter goes on working."""
    for path in ("/v1/customers?limit=5", "/v1/customers?q=a", "/v1/today", "/v1/dashboard", "/v1/tags"):
        reply = shop.api("manager").get(path)
        assert reply.status == 200, reply.text
    body = {"given_name": "After", "phones": [{"number": "+919899999999"}], "allow_duplicate": True}
    assert shop.api("manager").post("/v1/customers", body).status == 201


@pytest.mark.parametrize("part", range(PARTS))
def test_a_tear_is_found_and_what_can_be_derived_is_put_right(part: int) -> None:
    torn, _ = every_tear()
    chosen = torn[part::PARTS] if LONG else torn[part :: 6 * PARTS]
    missed, clean = set(), 0
    with world.opened() as shop:
        for each in chosen:
            before = found(each.items, shop)
            if not before:
                missed.add(each.what)
                continue
            refill(each.items)
            left = repaired(shop, each.what, before)
            works(shop)
            clean += not left
            shop.reset()
    assert [what for what in missed if not what.endswith(tuple(HARMLESS))] == []
    numbers = {"tears": len(chosen), "found": len(chosen) - len(missed), "mended wholly": clean}
    figures.note("restore", {**numbers, "harmless": len(missed)})


@pytest.mark.parametrize(
    ("apart_by", "named"), [("2026-11-23T10:00:00.400Z", False), ("2026-11-23T10:00:02.000Z", True)]
)
def test_of_two_changes_in_the_same_moment_either_may_be_the_last(apart_by: str, named: bool) -> None:
    """Their events are in the order of two clocks, not in that of the writes."""
    with world.opened() as shop:
        sales, reminder = shop.api("sales"), shop.records["rem"][0]
        for due in ("2026-12-01T10:00:00Z", "2026-12-02T10:00:00Z"):
            assert sales.patch(f"/v1/reminders/{reminder}", {"due_at": due}).status == 200
        items = items_of(shop)
        moved = [key for key, item in items.items() if item.get("kind") == "reminder_rescheduled"]
        first, second = sorted(moved)[-2:]
        swapped = {first: items[second] | first._asdict(), second: items[first] | second._asdict()}
        for (key, item), at in zip(swapped.items(), ("2026-11-23T10:00:00.000Z", apart_by), strict=True):
            items[key] = item | {"doc": json.dumps(json.loads(item["doc"]) | {"at": at})}
        told = [finding for finding in found(items, shop) if "another time" in finding.what]
        assert bool(told) is named


def test_what_is_harmless_is_a_tear_that_is_not_found() -> None:
    torn, _ = every_tear()
    with world.opened() as shop:
        for name in HARMLESS:
            of_name = [each for each in torn if each.what.endswith(name)]
            assert any(found(each.items, shop) == [] for each in of_name), name
