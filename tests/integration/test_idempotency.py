"""An Idempotency-Key whose request comes again while the first one runs, and what a key has to do with bodies."""

from typing import Any

import pytest

from chalicelib.repos.table import Table
from tests.support.api import Reply
from tests.support.overtaken import meanwhile
from tests.support.stale import named
from tests.support.world import World


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many items each transaction had, of those that were tried."""
    found, real = list[int](), Table.write

    def write(table: Table, operations: Any) -> None:
        found.append(len(operations))
        real(table, operations)

    monkeypatch.setattr(Table, "write", write)
    return found


def test_the_second_of_two_at_once_gets_the_answer_of_the_first(world: World, writes: list[int]) -> None:
    sales, path = world.api("sales"), f"/v1/customers/{named(world, 'Meera').id}/notes"
    replies: list[Reply] = []

    def add() -> None:
        replies.append(sales.post(path, {"text": "Prefers platinum"}, Idempotency_Key="twice"))

    with meanwhile("IDEMPOTENCY#", add):
        add()
    first, second = replies
    assert (first.status, first.headers.get("Idempotent-Replayed")) == (201, None)
    assert (second.status, second.headers.get("Idempotent-Replayed")) == (201, "true")
    assert second.text == first.text
    assert [note["text"] for note in sales.get(path).json["items"]].count("Prefers platinum") == 1
    assert len(writes) == 2  # it was refused once, and did not try again


@pytest.mark.parametrize("body", ["{", "[" * 100_000, "NaN"], ids=["broken", "deep", "no number"])
@pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "once"}], ids=["without a key", "with a key"])
def test_a_route_that_takes_no_body_looks_at_none(world: World, body: str, key: dict[str, str]) -> None:
    message = world.request("POST /v1/messages/{message_id}/cancel")
    reply = world.api("sales")("POST", message.path, raw=body, **key)
    assert (reply.status, reply.json["status"]) == (200, "suppressed")
