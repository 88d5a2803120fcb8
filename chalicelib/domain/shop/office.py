"""What the commands of the shop's administration work with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.domain.call import Call
from chalicelib.domain.shop.model import Location, Shop, Tag
from chalicelib.domain.work import Work


class ShopStore(Protocol):
    """Reference data within one transaction; every write is conditional on the version that was read."""

    def put_settings(self, doc: Mapping[str, Any], version: int) -> None: ...

    def put_location(self, location: Location) -> None: ...

    def put_tag(self, tag: Tag, old_name: str | None = None) -> None: ...

    def delete_tag(self, tag: Tag, mark: str) -> None: ...

    def require_settings(self, version: int) -> None: ...

    def require_location(self, location: Location) -> None: ...


@dataclass(frozen=True)
class Office:
    """Who calls, the shop as it was just read, where it is written, and the work all of that is part of."""

    call: Call
    shop: Shop
    store: ShopStore
    work: Work


def kept(doc: Mapping[str, Any]) -> dict[str, Any]:
    """A stored document as a merge patch sees it: without what is not set."""
    return {name: value for name, value in doc.items() if value is not None}
