"""Accounts of the user pool, with which people sign in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Account:
    """A person as the pool knows them; `sub` never changes, `username` is what the pool wants to be asked by."""

    username: str
    sub: str
    email: str
    name: str
    enabled: bool


class Accounts(Protocol):
    """The user pool. Everything may be said twice, and the second time changes nothing."""

    def invite(self, email: str, name: str) -> Account: ...

    def set_groups(self, username: str, wanted: Iterable[str]) -> bool: ...

    def disable(self, username: str) -> None: ...

    def enable(self, username: str) -> None: ...

    def sign_out(self, username: str) -> None: ...
