"""Which records there are, read from what the table holds: every id, by its kind."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

ID = re.compile(r"(?<![a-z])([a-z]{3})_[0-9a-hjkmnp-tv-z]{26,52}(?![0-9a-z])")


def texts(value: Any) -> Iterable[str]:
    """Every text within typed attributes, names left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from texts(each)


def by_kind(items: Iterable[Any]) -> dict[str, Sequence[str]]:
    """The ids of each kind, in the order in which they were made (an id begins with its time)."""
    found: dict[str, set[str]] = defaultdict(set)
    for item in items:
        for text in texts(item):
            for match in ID.finditer(text):
                found[match[1]].add(match[0])
    return {kind: sorted(ids) for kind, ids in found.items()}
