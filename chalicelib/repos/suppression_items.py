"""How a suppressed address lies in the table: by itself, and as a mark on the profiles of those who hold it.

A mark is an attribute of its own, named by the address, so that two addresses of one customer never get into each
other's way and no mark needs a read.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from chalicelib.domain.signature import Signature
from chalicelib.domain.suppressions.model import Suppression
from chalicelib.repos import keys
from chalicelib.repos.compact import compact
from chalicelib.repos.keys import Key

MARK = "suppressed:"


class Holder(Protocol):
    """Who holds numbers and addresses."""

    @property
    def numbers(self) -> tuple[str, ...]: ...

    @property
    def addresses(self) -> tuple[str, ...]: ...


def key(suppression: Suppression) -> Key:
    """Where the suppression lies."""
    return keys.suppression(suppression.channel, suppression.address)


def attributes(suppression: Suppression) -> dict[str, Any]:
    """The suppression item's attributes."""
    doc = {
        "id": suppression.id,
        "by": suppression.by.kept(),
        "message_id": suppression.message_id,
        "note": suppression.note,
        "marked": list(suppression.marked),
    }
    return {"version": suppression.version, "reason": suppression.reason, "doc": compact(doc)}


def from_item(item: Mapping[str, Any]) -> Suppression:
    """The suppression of an item."""
    doc = json.loads(item["doc"])
    by = doc["by"]
    return Suppression(
        id=doc["id"],
        channel=item["pk"].split("#", 1)[1],
        address=item["sk"],
        reason=item["reason"],
        by=Signature(by["id"], by["name"], by["at"]),
        version=int(item["version"]),
        message_id=doc["message_id"],
        note=doc["note"],
        marked=tuple(doc["marked"]),
    )


def mark_name(channel: str, address: str) -> str:
    """The profile's attribute that says that an address of the customer is suppressed."""
    return f"{MARK}{channel}:{address}"


def mark(suppression: Suppression) -> str:
    """What the mark says."""
    return compact({"reason": suppression.reason, "at": suppression.by.at})


def marks_of(profile: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, str]]:
    """Suppressed addresses by channel and address, with reason and instant, as they stand on a profile."""
    found = {}
    for name in profile:
        if name.startswith(MARK):
            channel, address = name.removeprefix(MARK).split(":", 1)
            found[channel, address] = json.loads(profile[name])
    return found


def marks_given_up(before: Holder, after: Holder) -> Iterable[str]:
    """The marks that go with numbers and addresses which a customer no longer holds, whether they are there or not."""
    yield from (mark_name("sms", number) for number in before.numbers if number not in after.numbers)
    yield from (mark_name("email", address) for address in before.addresses if address not in after.addresses)
