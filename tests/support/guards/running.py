"""What guards that are marked or taken away call while the application runs."""

import re
from collections.abc import Callable
from typing import Any

ANY = "attribute_exists(pk) OR attribute_not_exists(pk)"  # holds of every item, and of none
_BETWEEN = re.compile(r"\bBETWEEN\b")


class Marked(str):
    """A condition that knows which guards it is."""

    __slots__ = ("numbers",)
    numbers: tuple[int, ...]


class Hits:
    """Which guards came into play: those that decided something, and those that were merely passed."""

    def __init__(self) -> None:
        self.decided: set[int] = set()
        self.passed: set[int] = set()

    def clear(self) -> None:
        """Begin anew."""
        self.decided.clear()
        self.passed.clear()


HITS = Hits()


def hit(number: int) -> None:
    """A refusal is about to happen."""
    HITS.decided.add(number)


def passed(number: int, value: Any = None) -> Any:
    """The place is reached."""
    HITS.passed.add(number)
    return value


def when(number: int, value: Any, decisive: bool) -> Any:
    """The guard has decided when its value is the decisive one."""
    (HITS.decided if bool(value) is decisive else HITS.passed).add(number)
    return value


def changed(number: int, function: Callable[..., Any]) -> Callable[..., Any]:
    """The guard has decided when the function gives something else than it was given."""

    def call(given: Any, *rest: Any, **named: Any) -> Any:
        result = function(given, *rest, **named)
        (HITS.decided if result != given else HITS.passed).add(number)
        return result

    return call


def refusing(number: int, refusal: Callable[..., Any]) -> Callable[..., Any]:
    """The guard has decided when its refusal is asked for."""

    def call(*given: Any) -> Any:
        HITS.decided.add(number)
        return refusal(*given)

    return call


def condition(text: str | None, number: int) -> str | None:
    """The same condition, which knows its guard."""
    if text is None:
        return None
    HITS.passed.add(number)
    marked = Marked(text)
    marked.numbers = (*getattr(text, "numbers", ()), number)
    return marked


def plain(given: Any, *_: Any, **__: Any) -> Any:
    """What stands for a function that would have made text harmless."""
    return given


def always(text: str | None, part: int) -> str | None:
    """The condition, a part of which (-1: all of it) holds whatever the item is; its names and values stay in use."""
    if text is None:
        return None
    if part < 0:
        return f"({text}) OR {ANY}"
    parts = conjuncts(text)
    parts[part] = f"(({parts[part]}) OR {ANY})"
    return " AND ".join(parts)


def conjuncts(text: str) -> list[str]:
    """The parts of a condition that must all hold; the whole when it is no plain conjunction."""
    parts, depth, last = [], 0, 0
    for match in re.finditer(r"[()]| AND | OR ", text):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0 and match[0] == " OR ":
            return [text]
        if depth == 0 and match[0] == " AND ":
            parts.append(text[last : match.start()])
            last = match.end()
    return [text] if _BETWEEN.search(text) else [*parts, text[last:]]


NAMES = {
    "_guards_hit": hit,
    "_guards_passed": passed,
    "_guards_when": when,
    "_guards_changed": changed,
    "_guards_refusing": refusing,
    "_guards_condition": condition,
    "_guards_plain": plain,
    "_guards_always": always,
}
