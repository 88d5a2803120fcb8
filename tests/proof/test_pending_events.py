"""Events that wait to be relayed: what was relayed, erased or is held by another at this moment is left as it is."""

from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from chalicelib.domain.errors import Unavailable
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.relay import Pending
from chalicelib.repos.table import key_of
from tests.support.world import World


@pytest.fixture
def waiting(world: World) -> list[Key]:
    """Three events that nobody has relayed yet."""
    path = f"/v1/customers/{world.records['cus'][0]}/notes"
    for text in ("Likes opals", "Likes pearls", "Likes jade"):
        assert world.api("sales").post(path, {"text": text}).status == 201
    found = [
        place
        for shard in range(keys.SHARDS)
        for place in Pending(world.table).page(shard, f"evt_{keys.LAST}", None, 100).keys
    ]
    assert len(found) == 3
    return found


def test_only_what_still_waits_is_read(world: World, waiting: list[Key]) -> None:
    pending, (relayed, erased, left) = Pending(world.table), waiting
    assert pending.relayed(relayed)
    world.table.send("delete_item", Key=key_of(erased))
    assert [each.key for each in pending.read(waiting)] == [left]


def test_what_is_relayed_leaves_once(world: World, waiting: list[Key]) -> None:
    pending = Pending(world.table)
    assert [pending.relayed(waiting[0]) for _ in range(2)] == [True, False]


def test_what_was_erased_is_not_made_again(world: World, waiting: list[Key]) -> None:
    pending, (event, *_) = Pending(world.table), waiting
    (read,) = pending.read([event])
    world.table.send("delete_item", Key=key_of(event))
    assert not pending.relayed(event)
    assert not pending.tried(read, set_aside=True)
    assert not pending.back(event)
    assert world.table.get(event) is None


def test_what_another_transaction_holds_still_waits(
    world: World, waiting: list[Key], monkeypatch: pytest.MonkeyPatch
) -> None:
    pending, real = Pending(world.table), BaseClient._make_api_call

    def held(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "UpdateItem":
            raise ClientError({"Error": {"Code": "TransactionConflictException"}}, operation)
        return real(client, operation, arguments)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", held)
        with pytest.raises(Unavailable):
            pending.relayed(waiting[0])
    assert len(pending.read(waiting)) == 3
