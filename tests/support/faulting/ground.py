"""Where every run of something begins, and what is different when it is over."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain.jobs.model import PREFIXES
from tests.support.world import World, state

# How often the state of these was written says nothing: a second try writes its lease, or its claim, anew.
COUNTING = tuple(f"{prefix}_" for prefix in PREFIXES.values())
# Parts of a form to upload with: they hold times in notations of their own.
SIGNED = ("policy", "x-amz-date", "x-amz-credential", "x-amz-signature")
_SIGNED = re.compile(rf'\\?"(?:{"|".join(SIGNED)})\\?":\s*\\?"[^"\\]*\\?"')


class Ground:
    """The made-up shop after `prepare`; every run starts from there, in a fresh process."""

    def __init__(self, world: World, prepare: Callable[[World], None] | None = None) -> None:
        self.world = world
        world.reset()
        world.restart()
        if prepare:
            prepare(world)
        self._snapshot, self._now = world.cloud.snapshot(), world.clock.now
        seen = state.picture(world.cloud)
        self._picture = replace(seen, known=state.known_blocks(seen))
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
        items = {key: self._plain(key, item) for key, item in now.items.items()}
        found = state.changes(self._picture, replace(now, items=items))
        return found + state.labelled(list(self._contents(now)), self._picture.known)

    def whole(self, changes: state.Changes) -> None:
        """Raise AssertionError unless every invariant holds; what looks like an earlier state was checked with that."""
        key = frozenset(changes.items())
        if key not in self._whole:
            self.world.check()
            self._whole.add(key)

    def published(self) -> Counter[str]:
        """The kinds of the events written since the beginning that the stream hands to the relay."""
        images = (change.after for change in self.world.cloud.changes[self.written :] if change.before is None)
        return Counter(image["kind"]["S"] for image in images if image and image.get("publish") == {"BOOL": True})

    def _plain(self, key: tuple[str, str], item: Mapping[str, Any]) -> Any:
        if self._picture.items.get(key) is item:
            return item
        if key[1] == "ANSWER" and "body" in item:
            return {**item, "body": {"S": _SIGNED.sub("", item["body"]["S"])}}
        return {**item, "version": {"N": "0"}} if "version" in item and _counts(key) else item

    def _contents(self, now: state.Picture) -> Iterable[str]:
        for place, content in now.files.items():
            if self._picture.files.get(place) != content and not content.startswith(b"PK"):
                lines = sorted(content.decode("utf-8", "replace").splitlines())
                yield json.dumps(["content", *place, lines])


def _counts(key: tuple[str, str]) -> bool:
    return key[0].startswith(COUNTING) or key[1].startswith("MESSAGE#")


def difference(expected: state.Changes, found: state.Changes) -> str:
    """What is missing and what is too much, for a failure."""
    missing = [f"- {each[:1500]}" for each in (expected - found).elements()]
    return "\n".join([*missing, *[f"+ {each[:1500]}" for each in (found - expected).elements()]]) or "no difference"
