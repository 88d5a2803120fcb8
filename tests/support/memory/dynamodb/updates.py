"""Update expressions: read once, then applied to any item."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from tests.support.memory.dynamodb.conditions import Attributes, Names, Operand, operand
from tests.support.memory.dynamodb.tokens import Tokens
from tests.support.memory.dynamodb.values import Typed, written
from tests.support.memory.errors import Unfitting, invalid

Step = Callable[[Attributes, Attributes, dict[str, Any]], None]
_SECTIONS = ("SET", "REMOVE", "ADD", "DELETE")
WRONG_TYPE = "An operand in the update expression has an incorrect data type"
MISSING = "The provided expression refers to an attribute that does not exist in the item"


class Update(NamedTuple):
    """An update: its steps, the attributes it writes, and what it uses of the names and values."""

    steps: tuple[Step, ...]
    attributes: frozenset[str]
    names: frozenset[str]
    values: frozenset[str]

    def applied(self, item: Mapping[str, Any], values: Attributes) -> dict[str, Any]:
        """The item after it; every step sees the item as it was.

        Raises:
            Refusal: a step does not fit the item.
        """
        after = dict(item)
        for step in self.steps:
            step(item, values, after)
        return after


@lru_cache(maxsize=4096)
def update(expression: str, names: Names) -> Update:
    """The update of this text.

    Raises:
        Refusal: it is none.
    """
    tokens = Tokens("UpdateExpression", expression, dict(names))
    steps: list[Step] = []
    written_to: list[str] = []
    sections: set[str] = set()
    while section := tokens.take_if(*_SECTIONS):
        if section in sections:
            raise tokens.wrong(f'The "{section}" section can only be used once in an update expression;')
        sections.add(section)
        while True:
            name = _top(tokens)
            written_to.append(name)
            steps.append(_READERS[section](tokens, name))
            if not tokens.take_if(","):
                break
    tokens.end()
    if len(set(written_to)) != len(written_to):
        raise tokens.wrong("Two document paths overlap with each other; must remove or rewrite one of these paths;")
    used = frozenset(tokens.used_names), frozenset(tokens.used_values)
    return Update(tuple(steps), frozenset(written_to), *used)


def _top(tokens: Tokens) -> str:
    path = tokens.path()
    if len(path) > 1:
        raise NotImplementedError(f"an update of {'.'.join(path)}")
    return path[0]


def _set(tokens: Tokens, name: str) -> Step:
    tokens.need("=")
    left = operand(tokens)
    sign = tokens.take_if("+", "-")
    right = operand(tokens) if sign else None

    def step(item: Attributes, values: Attributes, after: dict[str, Any]) -> None:
        first = _there(left, item, values)
        after[name] = first if right is None else _sum(first, _there(right, item, values), sign)

    return step


def _there(source: Operand, item: Attributes, values: Attributes) -> Typed:
    found = source(item, values)
    if found is None:
        raise Unfitting(MISSING)
    return found


def _sum(first: Typed, second: Typed, sign: str) -> Typed:
    if "N" not in first or "N" not in second:
        raise Unfitting(WRONG_TYPE)
    left, right = Decimal(first["N"]), Decimal(second["N"])
    return {"N": written(left + right if sign == "+" else left - right)}


def _remove(_: Tokens, name: str) -> Step:
    def step(__: Attributes, ___: Attributes, after: dict[str, Any]) -> None:
        after.pop(name, None)

    return step


def _add(tokens: Tokens, name: str) -> Step:
    value = tokens.value()

    def step(item: Attributes, values: Attributes, after: dict[str, Any]) -> None:
        added, present = values[value], item.get(name)
        ((kind, inner),) = added.items()
        if kind not in ("N", "SS"):
            raise invalid(f"Invalid UpdateExpression: Incorrect operand type; operator: ADD, operand type: {kind}")
        if present is None:
            after[name] = added
        elif kind not in present:
            raise Unfitting(WRONG_TYPE)
        elif kind == "N":
            after[name] = _sum(present, added, "+")
        else:
            after[name] = {kind: sorted({*present[kind], *inner})}

    return step


def _delete(tokens: Tokens, name: str) -> Step:
    raise NotImplementedError(f"DELETE of {name} in {tokens.kind}")


_READERS: dict[str, Callable[[Tokens, str], Step]] = {"SET": _set, "REMOVE": _remove, "ADD": _add, "DELETE": _delete}
