"""Stores in memory, for rules and commands without a table."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from chalicelib.domain.call import Actor, Call
from chalicelib.domain.customers.commands import Desk
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import NotFound
from chalicelib.domain.shop.model import DEFAULT_SETTINGS, Location, Shop, Tag
from chalicelib.domain.work import Change, Event

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MUMBAI = Location("loc_mumbai", 1, {"name": "Mumbai", "country": "IN", "time_zone": "Asia/Kolkata", "status": "active"})


def tag(tag_id: str, name: str, visibility: str = "everyone") -> Tag:
    """A tag of the shop."""
    return Tag(tag_id, 1, name, "#b8860b", None, None, visibility)


def call(*roles: str) -> Call:
    """A request by somebody with these roles."""
    return Call(Actor("usr_meera", "Meera", frozenset(roles or ("sales",))), NOW, "req_1")


def shop(*tags: Tag, default_country: str | None = "IN") -> Shop:
    """A shop in Mumbai."""
    settings = {**DEFAULT_SETTINGS, "default_country": default_country}
    return Shop(settings, 1, {MUMBAI.id: MUMBAI}, {each.id: each for each in tags})


@dataclass
class FakeWork:
    """Remembers what was recorded."""

    events: list[Event] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def record(self, event: Event) -> str:
        """Keep the event."""
        self.events.append(event)
        return f"evt_{len(self.events)}"

    def audit(self, change: Change) -> None:
        """Keep the audit entry."""
        self.changes.append(change)


@dataclass
class FakeCustomers:
    """Customers in a dict; what a write may share is remembered."""

    kept: dict[str, Customer] = field(default_factory=dict)
    shared: list[bool] = field(default_factory=list)

    def get(self, customer_id: str) -> Customer:
        """The customer."""
        if customer_id not in self.kept:
            raise NotFound("There is no such customer.")
        return self.kept[customer_id]

    def by_external(self, external_id: str) -> Customer | None:
        """Who has the external id."""
        return next((c for c in self.kept.values() if c.doc["external_id"] == external_id), None)

    def add(self, customer: Customer, *, share: bool) -> None:
        """Keep a new one."""
        self.shared.append(share)
        self.kept[customer.id] = customer

    def change(self, before: Customer, after: Customer, *, share: bool = False) -> None:
        """Keep the next version."""
        assert self.kept[before.id] is before
        self.shared.append(share)
        self.kept[after.id] = after

    def archive(self, before: Customer, after: Customer) -> None:
        """Keep it archived."""
        self.change(before, after)

    def restore(self, before: Customer, after: Customer, *, share: bool) -> None:
        """Keep it active."""
        self.change(before, after, share=share)

    def set_tags(self, before: Customer, after: Customer) -> None:
        """Keep other tags."""
        self.change(before, after)


def desk(
    *roles: str, customers: FakeCustomers | None = None, work: FakeWork | None = None, of: Shop | None = None
) -> Desk:
    """A desk over fakes."""
    return Desk(call(*roles), customers or FakeCustomers(), work or FakeWork(), of or shop(), {"usr_meera"})
