"""Cheaper ways to what MiniStack does for every request; the answers stay the same."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any

from ministack.services import dynamodb


def _copied(value: Any) -> Any:
    """A copy of JSON-like data, which items are; several times as fast as the general one."""
    if type(value) is dict:
        return {key: _copied(held) for key, held in value.items()}
    if type(value) is list:
        return [_copied(held) for held in value]
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return copy.deepcopy(value)


class _Copying:
    """Stands for the `copy` module inside MiniStack's DynamoDB."""

    deepcopy = staticmethod(_copied)
    copy = staticmethod(copy.copy)


def install() -> None:
    """Replaces the copier and remembers how expressions read, which clients send in the same few forms."""
    dynamodb.copy = _Copying
    plain_tokens = lru_cache(maxsize=512)(dynamodb._tokenize)
    dynamodb._tokenize = lambda expression: list(plain_tokens(expression))
    dynamodb._condition_syntax_error = lru_cache(maxsize=512)(dynamodb._condition_syntax_error)
