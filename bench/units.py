"""What a transaction costs at DynamoDB, by its published rules: a unit is 1 KB, and a transaction doubles."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

UNIT = 1024
TWICE = 2


def write_units(operations: Sequence[Mapping[str, Any]]) -> int:
    """Write units of the operations of one transaction; an update counts as an item of up to 1 KB."""
    return sum(
        TWICE * max(1, math.ceil(_size(body.get("Item", {})) / UNIT)) for each in operations for body in each.values()
    )


def _size(item: Mapping[str, Any]) -> int:
    return sum(len(name.encode()) + _value(typed) for name, typed in item.items())


def _value(typed: Mapping[str, Any]) -> int:
    ((kind, value),) = typed.items()
    if kind == "S":
        return len(value.encode())
    if kind == "L":
        return 3 + sum(1 + _value(each) for each in value)
    return 1 if kind in ("BOOL", "NULL") else len(str(value))
