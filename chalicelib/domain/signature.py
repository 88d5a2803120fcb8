"""Who did something, and when: the line under every note, call, inquiry and reminder."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from chalicelib.domain.call import Call
from chalicelib.domain.fields import Model


class Person(Model):
    """A member of staff as a record names them."""

    id: str
    name: str


@dataclass(frozen=True)
class Signature:
    """A person and an instant; the name stays as it was then."""

    id: str
    name: str
    at: str

    @classmethod
    def of(cls, call: Call, at: str | None = None) -> Self:
        """The signature of the caller, now or at another instant."""
        return cls(call.actor.id, call.actor.name, at or call.at)

    @classmethod
    def read(cls, kept: Mapping[str, Any] | None) -> Self | None:
        """A signature as `kept` gave it, if there is one."""
        return cls(kept["id"], kept["name"], kept["at"]) if kept else None

    def kept(self) -> dict[str, str]:
        """The signature as it is stored."""
        return {"id": self.id, "name": self.name, "at": self.at}

    def person(self) -> dict[str, str]:
        """Who it was, as clients see it."""
        return {"id": self.id, "name": self.name}
