"""Whether a message may go to a customer: asked when it is planned, and again when it is sent."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain import instants
from chalicelib.domain.consents.model import Consents
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.shop.model import Shop

Sends = Sequence[tuple[str, str]]  # instant and message id of recent sends that count, the newest last
SENDABLE = ("email", "sms", "push")


@dataclass(frozen=True)
class Reach:
    """A customer with all that decides whether and where a message may go."""

    customer: Customer
    consents: Consents = field(default_factory=Consents)
    sends: Sends = ()
    sends_version: int = 0
    endpoints: Sequence[str] = ()  # push endpoints, the one registered last first

    def address(self, channel: str) -> str | None:
        """The first address of the channel; an address as the customer wrote it, a number in E.164."""
        if channel == "email":
            return next((str(email["address"]) for email in self.customer.doc["emails"]), None)
        if channel == "sms":
            return next(iter(self.customer.numbers), None)
        return next(iter(self.endpoints), None) if channel == "push" else None

    def stopped(self, channel: str) -> bool:
        """Whether the profile says that nothing is sent to the channel's first address."""
        compared = {"email": self.customer.addresses, "sms": self.customer.numbers}.get(channel, ())
        return (channel, next(iter(compared), "")) in self.customer.suppressed


def is_transactional(shop: Shop, purpose: str) -> bool:
    """Whether messages of this purpose are owed to the customer."""
    return purpose in shop.settings["communication"]["transactional"]


def agreed(reach: Reach, channel: str, purpose: str, shop: Shop) -> bool:
    """Whether the customer accepts messages of this purpose on this channel (B2, features 162-164)."""
    if is_transactional(shop, purpose):
        return not reach.consents.withdrawn(channel, purpose)
    return reach.consents.agreed(channel, purpose)


def channel_for(reach: Reach, purpose: str, shop: Shop, among: Container[str] = SENDABLE) -> tuple[str, str | None]:
    """The channel to use, and why nothing may be sent: the preferred one if it can be, else email, else SMS.

    A channel whose address came back or was stopped is taken only when no other is agreed to. The reason is None,
    `no_consent`, or `no_address` when there is nothing to send to. `among` are the channels for which there are
    words; when there are none at all, the choice is made as if there were.
    """
    preferred = reach.customer.doc.get("preferred_channel")
    wanted = dict.fromkeys(([preferred] if preferred in SENDABLE else []) + ["email", "sms"])
    order = [channel for channel in wanted if channel in among] or list(wanted)
    reachable = [channel for channel in order if reach.address(channel)]
    accepted = [channel for channel in reachable if agreed(reach, channel, purpose, shop)]
    if accepted:
        return next((channel for channel in accepted if not reach.stopped(channel)), accepted[0]), None
    return (reachable[0], "no_consent") if reachable else (next(iter(order)), "no_address")


def refusal(reach: Reach, channel: str, purpose: str, shop: Shop) -> str | None:
    """Why this message must not go: `archived`, `no_consent`, or None when it may."""
    if reach.customer.status != "active":
        return "archived"
    return None if agreed(reach, channel, purpose, shop) else "no_consent"


def over_cap(reach: Reach, purpose: str, shop: Shop, message_id: str, now: datetime) -> bool:
    """Whether the customer has had as many messages as the shop allows itself; the message itself does not count."""
    if is_transactional(shop, purpose):
        return False
    cap = shop.settings["communication"]["cap"]
    counted = [sent for sent in counting(reach.sends, cap["days"], now) if sent[1] != message_id]
    return len(counted) >= int(cap["messages"])


def counting(sends: Sends, days: int, now: datetime) -> list[tuple[str, str]]:
    """Those of the sends that still count."""
    since = instants.to_text(now - timedelta(days=days))
    return [(at, message_id) for at, message_id in sends if at > since]


def zone_of(customer: Customer, shop: Shop) -> ZoneInfo:
    """The recipient's time zone: their own, else their store's."""
    return ZoneInfo(customer.doc.get("time_zone") or shop.time_zone_of(customer.doc.get("home_location")))


def quiet_until(now: datetime, zone: ZoneInfo, quiet_hours: Mapping[str, Any]) -> datetime | None:
    """The end of the quiet hours that `now` lies in, None outside of them; `from` equal to `to` means there are none.

    Both ends are wall-clock times at the recipient, so a night in which the clock changes is as long as it is there.
    """
    start, end = time.fromisoformat(quiet_hours["from"]), time.fromisoformat(quiet_hours["to"])
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    # Nothing lies between a time and itself.
    within = start <= clock < end if start <= end else clock >= start or clock < end
    if not within:
        return None
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    first, second = (datetime.combine(day, end.replace(fold=fold), zone).astimezone(now.tzinfo) for fold in (0, 1))
    return first if first > now else second  # in the night that has an hour twice, the first end may be over


def languages_of(customer: Customer, shop: Shop) -> list[str]:
    """In which languages to look for a template: the customer's, its base language, then the shop's."""
    own = customer.doc.get("language")
    wanted = ([own, own.partition("-")[0]] if own else []) + list(shop.settings["languages"])
    return list(dict.fromkeys(wanted))
