"""Typed attribute values: their size, their normal form, and how they compare."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.support.memory.errors import invalid
from tests.support.meter import attribute_size

Typed = Mapping[str, Any]
MOST_ITEM_BYTES = 400 * 1024
_PLAIN_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,37}")
_MOST_DIGITS = 38
_KINDS = frozenset(("S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"))


class Item(dict[str, Any]):
    """An item as it is stored: never changed, only replaced. It knows its size in bytes."""

    __slots__ = ("size",)

    def __init__(self, attributes: Mapping[str, Any]) -> None:
        """Take a copy of the attributes, numbers in their normal form.

        Raises:
            Refusal: an attribute is not valid, or the item is too large.
        """
        super().__init__(attributes)
        self.size = 0
        for name, value in attributes.items():
            text = value.get("S")
            if text is not None:  # the usual kind, without a further question
                self.size += len(name) + (len(text) if text.isascii() else attribute_size(value))
                continue
            normal = normalised(value)
            if normal is not value:
                self[name] = normal
            self.size += len(name.encode()) + attribute_size(normal)
        if self.size > MOST_ITEM_BYTES:
            raise invalid("Item size has exceeded the maximum allowed size")


def normalised(value: Typed) -> Typed:
    """The value as DynamoDB gives it back.

    Raises:
        Refusal: it is no value.
    """
    if len(value) != 1:
        raise invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one")
    ((kind, inner),) = value.items()
    if kind not in _KINDS:
        raise invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
    if kind == "N":
        return value if _PLAIN_NUMBER.fullmatch(inner) else {"N": _number(inner)}
    if kind == "L":
        return {"L": [normalised(each) for each in inner]}
    if kind == "M":
        return {"M": {name: normalised(each) for name, each in inner.items()}}
    if kind in ("SS", "NS", "BS"):
        return _set(kind, list(inner))
    return value


def _set(kind: str, members: list[Any]) -> Typed:
    members = [_number(each) for each in members] if kind == "NS" else members
    if not members:
        raise invalid("One or more parameter values were invalid: An string set  may not be empty")
    if len(set(members)) != len(members):
        raise invalid("One or more parameter values were invalid: Input collection contains duplicates.")
    return {kind: members}


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except (InvalidOperation, TypeError) as wrong:
        raise invalid("The parameter cannot be converted to a numeric value") from wrong
    if not number.is_finite():
        raise invalid("The parameter cannot be converted to a numeric value")
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if len(digits) > _MOST_DIGITS:
        raise invalid("Attempting to store more than 38 significant digits in a Number")
    return written(number)


def written(number: Decimal) -> str:
    """A number in plain digits, without zeros that say nothing."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def same(one: Typed | None, other: Typed | None) -> bool:
    """Whether both are there and equal."""
    if one is None or other is None:
        return False
    if one == other:
        return True
    ((kind, inner),), ((kind_of_other, inner_of_other),) = one.items(), other.items()
    if kind != kind_of_other:
        return False
    if kind == "N":
        return Decimal(inner) == Decimal(inner_of_other)
    return kind in ("SS", "NS", "BS") and set(inner) == set(inner_of_other)


def ordered(one: Typed | None, other: Typed | None) -> int | None:
    """Below, at or above 0, as the first is less than, equal to or greater than the second; None: they do not compare.

    Python compares texts by code points, which is the order of their UTF-8 bytes.
    """
    if one is None or other is None:
        return None
    ((kind, left),), ((kind_of_other, right),) = one.items(), other.items()
    if kind != kind_of_other or kind not in ("S", "N", "B"):
        return None
    if kind == "N":
        left, right = Decimal(left), Decimal(right)
    return int(left > right) - int(left < right)


def holds(place: Typed | None, part: Typed | None) -> bool:
    """The function `contains`: a text in a text, a member in a set or list."""
    if place is None or part is None:
        return False
    ((kind, inner),), ((kind_of_part, wanted),) = place.items(), part.items()
    if kind == "L":
        return any(same(each, part) for each in inner)
    if kind in ("SS", "NS", "BS"):
        return kind_of_part == kind[0] and wanted in inner
    return kind == kind_of_part == "S" and wanted in inner


def begins(place: Typed | None, part: Typed | None) -> bool:
    """The function `begins_with`."""
    text, beginning = (place or {}).get("S"), (part or {}).get("S")
    return text is not None and beginning is not None and text.startswith(beginning)
