"""What has changed in the made-up shop, written so that two ways to the same end compare equal.

Ids that were made on the way, and the times at which it was done, differ from run to run. Each is replaced by a label
that says where it stands: in two or three rounds, by the texts around it. Two changes are equal when the same things
stand in the same relations, whatever their ids are.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from chalicelib.domain import instants
from tests.support.memory import Cloud
from tests.support.world.clock import START
from tests.support.world.environment import AUDIT, FILES, QUEUES, TABLE

Changes = Counter[str]
ROUNDS = 3
LASTS = timedelta(hours=12)  # a test's own time; dates that people chose are further away
BLOCK = re.compile(r"(?<![0-9a-z])(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{16})(?![0-9a-z])|[0-9a-hjkmnp-tv-z]{26}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
EPOCH = re.compile(r"(?<![0-9a-z.])1[789]\d{8}(?:\d{3})?(?![0-9a-z.])")
# The form of an upload holds its time and its key once more, encoded and signed.
SIGNED = re.compile(r'((?:policy|x-amz-[a-z]+)\\*": ?\\*")[^"\\]+')
REQUEST = re.compile(r"req_[0-9a-hjkmnp-tv-z]{26}")  # which attempt of several wrote it is no difference
# Spread over shards by chance or by an id: which one is no difference.
SHARD = re.compile(r'"([A-Z]+(?:#[a-z_]+)?#)\d{1,2}"')
COUNTERS = "COUNTERS"
BOUNDARY = re.compile(r"={15}\d+==")  # between the parts of a mail
DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [0-9:]{8} \+0000")


@dataclass(frozen=True)
class Picture:
    """All that is kept: items, files, messages in queues, what has left."""

    items: Mapping[tuple[str, str], Any]
    files: Mapping[tuple[str, str], Any]
    queues: Mapping[str, Sequence[str]]
    left: Sequence[str]
    known: frozenset[str] = field(default_factory=frozenset)


def picture(cloud: Cloud) -> Picture:
    """What there is now."""
    files = {(bucket, key): file.content for bucket in (FILES, AUDIT) for key, file in cloud.files[bucket].items()}
    queues = {name: [str(each.body) for each in cloud.queues[url]] for name, url in QUEUES.items()}
    return Picture(dict(cloud.items(TABLE)), files, queues, [_plain(each) for each in (*cloud.mails, *cloud.texts)])


def _plain(sent: Any) -> str:
    return BOUNDARY.sub("<boundary>", DATE.sub("<now>", str(replace(sent, at=0))))


def known_blocks(before: Picture) -> frozenset[str]:
    """The ids that were there from the beginning: they keep their names."""
    text = json.dumps([[*key, item] for key, item in before.items.items()], default=str)
    return frozenset(BLOCK.findall(text + json.dumps(list(before.queues.values()))))


def changes(before: Picture, after: Picture, told: Iterable[str] = ()) -> Changes:
    """What was put, removed, written into files and queues, what has left, and what callers were told of it."""
    return labelled([*_entries(before, after), *told], before.known or known_blocks(before))


def _entries(before: Picture, after: Picture) -> Iterable[str]:
    yield from _items(before, after)
    for place in after.files.keys() | before.files.keys():
        if before.files.get(place) != after.files.get(place):
            yield json.dumps(["file" if place in after.files else "no file", *place])
    for name, bodies in after.queues.items():
        for body in (Counter(bodies) - Counter(before.queues.get(name, ()))).elements():
            yield json.dumps(["queue", name, body])
    for text in after.left[len(before.left) :]:
        yield json.dumps(["left", text])


def _items(before: Picture, after: Picture) -> Iterable[str]:
    yield from _counted(before, after)
    for key, item in after.items.items():
        if key[0] != COUNTERS and before.items.get(key) is not item and before.items.get(key) != item:
            yield json.dumps(["item", *key, item], sort_keys=True, ensure_ascii=False, default=str)
    for key in before.items.keys() - after.items.keys():
        yield json.dumps(["no item", *key])


def _counted(before: Picture, after: Picture) -> Iterable[str]:
    """By how much each figure has changed, over all its shards."""
    sums: Counter[str] = Counter()
    for sign, seen in ((-1, before), (1, after)):
        for (pk, sk), item in seen.items.items():
            if pk == COUNTERS:
                for name, value in item.items():
                    if "N" in value:
                        sums[f"{sk.rpartition('#')[0]} {name}"] += sign * int(value["N"])
    return [json.dumps(["counted", name, number]) for name, number in sums.items() if number]


def labelled(entries: Sequence[str], known: frozenset[str]) -> Changes:
    """The entries with labels in the place of ids and times."""
    plain = [SHARD.sub(r'"\1*"', _timeless(entry)) for entry in entries]
    split = [_split(entry, known) for entry in plain]
    labels: dict[str, str] = defaultdict(lambda: "id")
    for _ in range(ROUNDS):
        seen: dict[str, list[str]] = defaultdict(list)
        for parts in split:
            for block in set(parts[1::2]):
                seen[block].append("".join(_around(parts, block, labels)))
        labels = defaultdict(lambda: "id", {block: _digest(sorted(texts)) for block, texts in seen.items()})
    return Counter("".join(_around(parts, "", labels)) for parts in split)


def _timeless(entry: str) -> str:
    entry = SIGNED.sub(r"\1<signed>", entry)
    return REQUEST.sub("req_*", EPOCH.sub(_epoch, INSTANT.sub(_instant, entry)))


def _instant(match: re.Match[str]) -> str:
    moment = instants.parse_instant(match[0])
    return "<now>" if START - LASTS <= moment <= START + LASTS else match[0]


def _epoch(match: re.Match[str]) -> str:
    seconds = int(match[0]) if len(match[0]) == 10 else int(match[0]) // 1000
    return f"<day {seconds // 86400}>"


def _split(entry: str, known: frozenset[str]) -> list[str]:
    """Text, block, text, block, ..., text; a block that is known stays in the text."""
    parts, last = [""], 0
    for match in BLOCK.finditer(entry):
        if match[0] in known:
            continue
        parts[-1] += entry[last : match.start()]
        parts += [match[0], ""]
        last = match.end()
    parts[-1] += entry[last:]
    return parts


def _around(parts: Sequence[str], block: str, labels: Mapping[str, str]) -> Iterable[str]:
    for place, part in enumerate(parts):
        if place % 2 == 0:
            yield part
        else:
            yield "<this>" if part == block else f"<{labels[part]}>"


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
