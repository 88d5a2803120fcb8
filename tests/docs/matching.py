"""Whether an answer holds what a document shows of it."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.docs.documents import Block

ANYTHING = "…"


def differences(shown: Block, answer: str) -> list[str]:
    """What the document shows and the answer does not hold."""
    return list(_READERS[shown.info](shown.text, answer))


def _json(shown: str, answer: str) -> Iterator[str]:
    try:
        got = json.loads(answer)
    except ValueError:
        yield f"the answer is not JSON: {answer[:500]!r}"
        return
    yield from compare(json.loads(shown), got)


def _http(shown: str, answer: str) -> Iterator[str]:
    head, _, body = shown.partition("\n\n")
    got_head, _, got_body = answer.replace("\r\n", "\n").partition("\n\n")
    lines = [line.casefold() for line in got_head.splitlines()]
    for line in head.strip().splitlines():
        if not any(_alike(line.casefold(), got) for got in lines):
            yield f"{line!r} is not among {got_head!r}"
    if body.strip():
        yield from _json(body, got_body)


def _text(shown: str, answer: str) -> Iterator[str]:
    lines = [line.strip() for line in answer.splitlines()]
    for line in filter(None, map(str.strip, shown.splitlines())):
        if not any(_alike(line, got) for got in lines):
            yield f"{line!r} is not among {answer!r}"


_READERS = {"json": _json, "http": _http, "text": _text}


def compare(shown: Any, got: Any, place: str = "") -> Iterator[str]:
    """Where a JSON value does not hold what is shown of it."""
    if isinstance(shown, dict) and isinstance(got, dict):
        yield from _fields(shown, got, place)
    elif isinstance(shown, list) and isinstance(got, list):
        yield from _members(shown, got, place)
    elif not _same(shown, got):
        yield f"{place} is {got!r}, not {shown!r}"


def _fields(shown: dict[str, Any], got: dict[str, Any], place: str) -> Iterator[str]:
    for name, value in shown.items():
        if name in got:
            yield from compare(value, got[name], f"{place}/{name}")
        else:
            yield f"{place}/{name} is missing in {got}"


def _members(shown: list[Any], got: list[Any], place: str) -> Iterator[str]:
    more = shown[-1:] == [ANYTHING]
    wanted = shown[:-1] if more else shown
    if len(got) < len(wanted) or (len(got) > len(wanted) and not more):
        yield f"{place} has {len(got)} members, not {len(wanted)}: {got}"
        return
    for number, value in enumerate(wanted):
        yield from compare(value, got[number], f"{place}/{number}")


def _same(shown: Any, got: Any) -> bool:
    if isinstance(shown, str) and isinstance(got, str):
        return _alike(shown, got)
    return shown == ANYTHING or (type(shown) is type(got) and bool(shown == got))


def _alike(shown: str, got: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in shown.split(ANYTHING))
    return re.fullmatch(pattern, got, re.DOTALL) is not None
