"""How fast events leave: relayed per second after a burst, and seconds from a message's commit to the outbox."""

import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.clients import Address, Clients, Sent, call, connect
from bench.measure import percentile
from bench.operations import Shop
from chalicelib.repos import keys
from chalicelib.repos.table import Table
from chalicelib.wiring import store

BURST = 400
MESSAGES = 100
PAUSE_SECONDS = 0.25  # slower than a provider allows: latency is asked for here, not how long a queue gets
LONGEST_SECONDS = 120.0
HEADER = "X-Facet-Message"


class NotDelivered(Exception):
    """Something did not leave in time; the text says what."""


@dataclass(frozen=True)
class Delivery:
    """Events relayed per second; seconds that half and 95 % of the messages did not exceed."""

    relayed_per_second: float
    outbox_p50_s: float
    outbox_p95_s: float


def measure(facet: Address, shop: Shop, clients: Clients, many: int) -> Delivery:
    """Both figures of a quiet instance. Raises NotDelivered."""
    _until_relayed(store.table())
    taken = _burst(facet, shop, clients, many)
    seconds = _letters(facet, shop)
    return Delivery(BURST / taken, percentile(seconds, 0.5), percentile(seconds, 0.95))


def _burst(facet: Address, shop: Shop, clients: Clients, many: int) -> float:
    """Seconds from the first of many notes to the last relayed event."""
    plans = [[_note(shop) for _ in range(BURST // many)] for _ in range(many)]
    began = time.monotonic()
    clients.run(facet, plans, [[] for _ in range(many)])
    _until_relayed(store.table())
    return time.monotonic() - began


def _note(shop: Shop) -> Sent:
    body = json.dumps({"text": "Likes emeralds", "kind": "general"}).encode()
    return Sent("POST", f"/v1/customers/{shop.anybody().id}/notes", body, 201)


def _until_relayed(table: Table) -> None:
    until = time.monotonic() + LONGEST_SECONDS
    while any(_pending(table, shard) for shard in range(keys.SHARDS)):
        if time.monotonic() > until:
            raise NotDelivered(f"Events are still pending after {LONGEST_SECONDS:.0f} s.")
        time.sleep(0.02)


def _pending(table: Table, shard: int) -> int:
    answer = table.send(
        "query",
        IndexName=keys.PENDING_INDEX,
        KeyConditionExpression="pending_pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"PENDING#{shard}"}},
        Select="COUNT",
        Limit=1,
    )
    return int(answer["Count"])


def _letters(facet: Address, shop: Shop) -> list[float]:
    """Seconds between the answer to each message's request and its first sight in the outbox."""
    connection, watching = connect(facet), connect(facet)
    committed: dict[str, float] = {}
    seen: dict[str, float] = {}
    for number in range(MESSAGES):
        answer = json.loads(call(connection, _letter(shop, number), facet.headers))
        committed[answer["id"]] = time.monotonic()
        for _ in _pauses(PAUSE_SECONDS):
            _look(watching, facet, seen)
    until = time.monotonic() + LONGEST_SECONDS
    while not committed.keys() <= seen.keys():
        if time.monotonic() > until:
            raise NotDelivered(f"{len(committed.keys() - seen.keys())} messages did not reach the outbox.")
        _look(watching, facet, seen)
    return [max(0.0, seen[message_id] - at) for message_id, at in committed.items()]


def _letter(shop: Shop, number: int) -> Sent:
    while (customer := shop.anybody()).person.email is None:
        pass
    message = {
        "customer_id": customer.id,
        "channel": "email",
        "subject": "Your ring",
        "text": f"It is ready ({number}).",
    }
    return Sent("POST", "/v1/messages", json.dumps(message).encode(), 201)


def _pauses(seconds: float) -> Iterator[int]:
    """Counts until so much time has passed, at least once."""
    until = time.monotonic() + seconds
    for number in itertools.count():
        yield number
        if time.monotonic() >= until:
            return


def _look(connection: Any, facet: Address, seen: dict[str, float]) -> None:
    listed = json.loads(call(connection, Sent("GET", f"/v1/outbox?limit={MESSAGES}", None, 200), facet.headers))
    for item in listed["items"]:
        message_id = item["headers"].get(HEADER)
        if message_id:
            seen.setdefault(message_id, time.monotonic())
