"""Where every run of something begins, and what is different when it is over."""

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from chalicelib.domain.jobs.model import PREFIXES
from tests.support.world import World, state
from tests.support.world.environment import TABLE

# How often the state of these was written says nothing: a second try writes its lease, or its claim, anew.
COUNTING = tuple(f"{prefix}_" for prefix in PREFIXES.values())
# Parts of a form to upload with: they hold times in notations of their own.
SIGNED = ("policy", "x-amz-date", "x-amz-credential", "x-amz-signature")
# A worker that begins again names the files on its way anew, by the number of the job's state, and leaves the others
# to the bucket's lifecycle rule.
_ON_THE_WAY = re.compile(
    r"^(exports|bulk|duplicates|undos|contact-checks)/[^/]+/(?:\d+|changes|part-\d+)-\d+(?:\.jsonl)?$"
)
_NAMED = re.compile(r'(\\?"(?:\d+|changes|part-\d+))-\d+((?:\.jsonl)?\\?")')
# Providers number what they accept: what waits longer has another number.
_ACCEPTED = re.compile(r'"(sesv2|sns)-\d{8}"')
# How long a workbook is depends on the times in it.
_SIZE = re.compile(r'("(?:file|spool)":\{"tag":"[^}]*"size":)\d+')
_SIGNED = re.compile(rf'\\?"(?:{"|".join(SIGNED)})\\?":\s*\\?"[^"\\]*\\?"')


class Ground:
    """The made-up shop after `prepare`; every run starts from there, in a fresh process.

    `loose` is a pattern of what in an item is not compared.
    """

    def __init__(self, world: World, prepare: Callable[[World], None] | None = None, loose: str | None = None) -> None:
        self.world, self._loose = world, re.compile(loose) if loose else None
        world.reset()
        world.restart()
        if prepare:
            prepare(world)
        self._snapshot, self._now = world.cloud.snapshot(), world.clock.now
        seen = state.picture(world.cloud)
        self._picture = replace(seen, known=state.known_blocks(seen))
        self._left = len(seen.left)
        self._picture = replace(self._picture, left=(), files=_kept(seen.files))
        self._whole: set[frozenset[tuple[str, int]]] = set()
        self.written = len(world.cloud.changes)

    def back(self) -> None:
        """Begin again."""
        self.world.cloud.restore(self._snapshot)
        self.world.clock.set(self._now)
        self.world.restart()

    def changes(self) -> state.Changes:
        """What is different from the beginning; the content of files and the letters on their way are looked at too."""
        now = state.picture(self.world.cloud)
        now = replace(now, files=_kept(now.files))
        items = {key: self._plain(key, item) for key, item in now.items.items()}
        left = [f"{each.to} {each.tags}" for each in self.world.cloud.mails]  # what it says stands in the message
        left += [f"{each.to} {each.attributes} {each.text}" for each in self.world.cloud.texts]
        with patch.object(state, "START", self._now):  # times are compared with when this began
            found = state.changes(self._picture, replace(now, items=items, left=left[self._left :]))
            return found + state.labelled(list(self._contents(now)), self._picture.known)

    def whole(self, changes: state.Changes) -> None:
        """Raise AssertionError unless every invariant holds; what looks like an earlier state was checked with that."""
        key = frozenset(changes.items())
        if key not in self._whole:
            self.world.check()
            self._whole.add(key)

    def messages(self, *, now: bool = False) -> Mapping[tuple[str, str], Any]:
        """The messages that there were, or are."""
        held = self.world.cloud.items(TABLE) if now else self._picture.items
        return {key: item for key, item in held.items() if key[1].startswith("MESSAGE#") and "status" in item}

    def unheard(self) -> set[str]:
        """The events since the beginning that are for other systems too and never came to the bus."""
        written = self.world.cloud.changes[self.written :]
        told = {json.loads(each["Detail"])["id"] for each in self.world.cloud.events.accepted}
        wanted = [
            change
            for change in written
            if change.before is None and change.after is not None and change.after.get("publish") == {"BOOL": True}
        ]
        return {change.place[1].partition("#")[2] for change in wanted} - told

    def published(self) -> Counter[str]:
        """The kinds of the events written since the beginning that the stream hands to the relay."""
        images = (change.after for change in self.world.cloud.changes[self.written :] if change.before is None)
        return Counter(image["kind"]["S"] for image in images if image and image.get("publish") == {"BOOL": True})

    def _plain(self, key: tuple[str, str], item: Mapping[str, Any]) -> Any:
        if self._picture.items.get(key) is item:
            return item
        if self._loose:
            item = json.loads(self._loose.sub("", json.dumps(item, default=str)))
        if key[1] == "ANSWER" and "body" in item:
            return {**item, "body": {"S": _SIGNED.sub("", item["body"]["S"])}}
        if "version" not in item or not _counts(key):
            return item
        return {**item, "version": {"N": "0"}, "doc": {"S": _without_order(item["doc"]["S"])}}

    def _contents(self, now: state.Picture) -> Iterable[str]:
        for place, content in now.files.items():
            if self._picture.files.get(place) != content:
                yield json.dumps(["content", *place, sorted(_lines(content))])


def _kept(files: Mapping[tuple[str, str], Any]) -> Mapping[tuple[str, str], Any]:
    return {place: content for place, content in files.items() if not _ON_THE_WAY.match(place[1])}


def _without_order(doc: str) -> str:
    doc = _ACCEPTED.sub(r"\1", doc)
    return _SIZE.sub(r"\1 0", _NAMED.sub(r"\1\2", doc)) if "leased_until" in doc else doc


def _lines(content: bytes) -> Iterable[str]:
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace").splitlines()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "sheet" in name]
    return [row for sheet in sheets for row in sheet.split("<row")]


def _counts(key: tuple[str, str]) -> bool:
    return key[0].startswith(COUNTING) or key[1].startswith("MESSAGE#")


def difference(expected: state.Changes, found: state.Changes) -> str:
    """What is missing and what is too much, for a failure."""
    missing = [f"- {each[:4000]}" for each in (expected - found).elements()]
    return "\n".join([*missing, *[f"+ {each[:4000]}" for each in (found - expected).elements()]]) or "no difference"
