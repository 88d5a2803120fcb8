"""JSON as RFC 8259 has it and nothing more: no duplicate keys, no NaN, no endless numbers or nesting."""

import json
from typing import Any, NoReturn

from chalicelib.domain.errors import Malformed

DEEPEST = 32
LONGEST_NUMBER = 40


def parse(raw: bytes) -> Any:
    """The value of a body.

    Raises:
        Malformed: not UTF-8, not JSON, or one of the traps above.
    """
    try:
        return parse_text(raw.decode("utf-8"))
    except UnicodeDecodeError as wrong:
        raise Malformed("The body is not UTF-8.", code="not_utf8") from wrong


def parse_text(text: str) -> Any:
    """The value of a body that has been decoded.

    Raises:
        Malformed: not JSON, or one of the traps above.
    """
    if _depth(text) > DEEPEST:
        raise Malformed(f"The body is nested deeper than {DEEPEST} levels.", code="too_deep")
    try:
        return json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_short_integer,
        )
    except json.JSONDecodeError as wrong:
        detail = f"The body is not JSON: {wrong.msg} at line {wrong.lineno} column {wrong.colno}."
        raise Malformed(detail, code="not_json") from wrong


def _depth(text: str) -> int:
    """The deepest nesting, counted before parsing so that no parser's stack is at stake."""
    depth = deepest = 0
    in_text = escaped = False
    if text.count("[") + text.count("{") <= DEEPEST:
        return 0
    for character in text:
        if in_text:
            in_text = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_text = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"The body names {twice[:50]!r} twice in one object.", code="duplicate_key")
    return members


def _no_constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not a JSON number.", code="not_a_number")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise Malformed("The body holds a number out of range.", code="number_out_of_range")
    return number


def _short_integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise Malformed("The body holds a number out of range.", code="number_out_of_range")
    return int(text)
