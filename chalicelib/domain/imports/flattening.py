"""An object with objects and lists inside, as cells: `address.city`, `phones.1.number`."""

from collections.abc import Iterator, Mapping
from typing import Any


def flat(value: Mapping[str, Any]) -> dict[str, str]:
    """The cells of an object by their paths. Of two keys that make the same path the later one counts.

    A list of plain values is one cell, joined by `|`; objects in a list are numbered from 1; null is an empty cell.
    """
    return dict(_cells(value, ""))


def _cells(value: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
    for key, inner in value.items():
        path = f"{above}{key}".strip()
        if isinstance(inner, Mapping):
            yield from _cells(inner, f"{path}.")
        elif isinstance(inner, list) and any(isinstance(each, Mapping | list) for each in inner):
            yield from _cells({str(number): each for number, each in enumerate(inner, start=1)}, f"{path}.")
        else:
            yield path, _text(inner)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(map(_text, value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
