"""Reads the loaded store through the API and compares it with what was loaded."""

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from bench.clients import Address, Sent, call, connect
from bench.load import Loaded

SAMPLE = 20


class NotAsLoaded(Exception):
    """The API shows something else than was loaded; the text says what."""


class Reader:
    """Reads over HTTP, as any client does."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._connection = connect(address)

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON at a path below /v1. Raises Unexpected unless it is answered 200."""
        sent = Sent("GET", f"/v1/{path}?{urlencode(parameters)}", None, 200)
        return json.loads(call(self._connection, sent, self._address.headers))

    def all(self, path: str, **parameters: Any) -> Iterator[Any]:
        """Every item of a list, page after page."""
        cursor: dict[str, str] = {}
        while True:
            page = self.get(path, limit=100, **parameters, **cursor)
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            cursor = {"cursor": page["next_cursor"]}


def verify(address: Address, loaded: Sequence[Loaded]) -> str:
    """What was compared. Raises NotAsLoaded."""
    reader = Reader(address)
    expected, found = {each.id for each in loaded}, [each["id"] for each in reader.all("customers")]
    _same("the ids in the list of all customers", sorted(found), sorted(expected))
    in_mumbai = sum(each.person.city == "Mumbai" and "VIP" in each.person.tags for each in loaded)
    _same("VIPs in Mumbai", sum(1 for _ in reader.all("customers", tag="VIP", city="Mumbai")), in_mumbai)
    for each in random.Random(3).sample(list(loaded), min(SAMPLE, len(loaded))):
        _customer(reader, each)
    return f"{len(found)} customers listed, {in_mumbai} VIPs in Mumbai, {SAMPLE} profiles with their timelines"


def _customer(reader: Reader, expected: Loaded) -> None:
    profile = reader.get(f"customers/{expected.id}")
    for name in ("given_name", "family_name", "birthday", "occupation", "source"):
        _same(f"{name} of {expected.id}", profile[name], expected.person.body[name])
    _same(f"tags of {expected.id}", sorted(profile["tags"]), sorted(expected.person.tags))
    kinds = [entry["kind"] for entry in reader.all(f"customers/{expected.id}/timeline")]
    _same(f"timeline entries of {expected.id}", len(kinds), expected.entries + 1)
    _same(f"the oldest entry of {expected.id}", kinds[-1], "customer_created")
    found = reader.get("customers", q=expected.person.phone)["items"]
    _same(f"holder of {expected.person.phone}", [each["id"] for each in found], [expected.id])


def _same(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise NotAsLoaded(f"{what}: {str(found)[:200]} instead of {str(expected)[:200]}")
