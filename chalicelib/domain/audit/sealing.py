"""The seal of a day: lists with a digest of each entry, and a document that names them and the seal of the day before.

docs/audit.md describes these files for people who have nothing but sha256.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

FORMAT = "facet-audit-seal/1"
MOST_LINES = 50_000  # of a list: 5 MB, so that a day of any size takes no more memory than this
# An entry belongs to the day on which its request began. Half an hour for the longest turn and for clocks that differ
# by a quarter of an hour; another hour to spare; and half an hour before the schedule, whose own clock may be slow.
RIPE_AFTER = timedelta(hours=1, minutes=30)
LATE_AFTER = timedelta(hours=3)
DAY = timedelta(days=1)


class Damaged(Exception):
    """Bytes that are no seal, or no list of one: says what is wrong with them."""


@dataclass(frozen=True)
class Listing:
    """One list of digests: where it is, how many entries it names, and its own sha256 (hex)."""

    key: str
    entries: int
    sha256: str


@dataclass(frozen=True)
class Link:
    """A seal as the next one names it: its day and the sha256 (hex) of its bytes."""

    day: str
    sha256: str


@dataclass(frozen=True)
class Seal:
    """The seal of a UTC day; `previous` is None in the first one of a shop."""

    day: str
    lists: tuple[Listing, ...]
    previous: Link | None
    sealed_at: str

    @property
    def entries(self) -> int:
        """How many entries the day has."""
        return sum(each.entries for each in self.lists)


def seal_key(day: str) -> str:
    """Where the seal of a day is."""
    return f"seals/{day}.json"


def list_key(day: str, number: int) -> str:
    """Where a list of a day is, numbered from 1."""
    return f"entries/{day}/{number:05d}.txt"


def digest(content: bytes) -> str:
    """sha256 in hex."""
    return hashlib.sha256(content).hexdigest()


def canonical(item: Mapping[str, Any]) -> bytes:
    """The bytes of an entry that its digest is of: the item in DynamoDB's own JSON, keys sorted, without white space.

    It is what `aws dynamodb get-item … | jq -cSj .Item` prints, so nobody needs Facet to make it.
    """
    return json.dumps(item, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_binary).encode(
        "utf-8", "surrogatepass"
    )


def _binary(value: bytes) -> str:
    return base64.b64encode(value).decode()


def line(item: Mapping[str, Any]) -> bytes:
    """The line of an entry in a list, in the form of sha256sum: digest, two spaces, id."""
    return f"{digest(canonical(item))}  {item['sk']['S']}\n".encode("utf-8", "surrogatepass")


def listing(key: str, content: bytes) -> Listing:
    """A list as its seal names it."""
    return Listing(key, content.count(b"\n"), digest(content))


def last_id(content: bytes) -> str:
    """The id in the last line of a list, after which the next list begins."""
    return content.rstrip(b"\n").rsplit(b"\n", 1)[-1].decode("utf-8", "surrogatepass").partition("  ")[2]


def document(seal: Seal) -> bytes:
    """The bytes of a seal. Their sha256 is the digest of the day, which the seal of the next day repeats."""
    previous = seal.previous and {"day": seal.previous.day, "sha256": seal.previous.sha256}
    lists = [{"key": each.key, "entries": each.entries, "sha256": each.sha256} for each in seal.lists]
    facts = {"format": FORMAT, "day": seal.day, "entries": seal.entries, "lists": lists}
    whole = {**facts, "previous": previous, "sealed_at": seal.sealed_at}
    return json.dumps(whole, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def read(content: bytes) -> Seal:
    """The seal of these bytes.

    Raises:
        Damaged: they are not exactly those of a seal.
    """
    try:
        facts = json.loads(content)
        previous = Link(**facts["previous"]) if facts["previous"] is not None else None
        lists = tuple(Listing(**each) for each in facts["lists"])
        seal = Seal(facts["day"], lists, previous, facts["sealed_at"])
        exact = document(seal) == content
    except (ValueError, TypeError, KeyError) as defect:
        raise Damaged("is not a seal") from defect
    if not exact:
        raise Damaged("is not written as a seal is")
    return seal


def link(content: bytes) -> Link:
    """How the next day's seal names this one.

    Raises:
        Damaged: the bytes are no seal.
    """
    return Link(read(content).day, digest(content))


def newest_ripe(now: datetime) -> date:
    """The newest day to which no entry can be added any more."""
    return (now.astimezone(UTC) - RIPE_AFTER).date() - DAY


def newest_due(now: datetime) -> date:
    """The newest day whose seal is missing when there is none."""
    return (now.astimezone(UTC) - LATE_AFTER).date() - DAY
