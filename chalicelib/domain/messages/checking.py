"""Whether a message may leave now: everything is looked at again, as days may have gone by since it was planned."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain import instants
from chalicelib.domain.messages import policy
from chalicelib.domain.messages.model import Message
from chalicelib.domain.messages.outgoing import House, Unsendable, compose
from chalicelib.domain.messages.policy import Reach, Sends
from chalicelib.domain.messages.providing import Outgoing
from chalicelib.domain.shop.model import Shop, StaffMember

# After a standstill nobody is congratulated on a birthday of last week: it is shown, and a person decides.
LATEST = timedelta(hours=24)


@dataclass(frozen=True)
class Ready:
    """It may leave as it stands here. All that this was concluded from must still hold when it is claimed.

    `sends` are the customer's recent messages with this one, None for one that does not count.
    """

    outgoing: Outgoing
    reach: Reach | None = None
    member: StaffMember | None = None
    sends: Sends | None = None


@dataclass(frozen=True)
class Withheld:
    """It must not leave."""

    reason: str


@dataclass(frozen=True)
class Postponed:
    """It may leave then."""

    until: datetime


class Recipients(Protocol):
    """Reads of those who are written to."""

    def reach(self, customer_id: str) -> Reach | None:
        """The customer with consents and recent messages; None when there is none any more."""

    def member(self, user_id: str) -> StaffMember | None:
        """The member of staff."""

    def suppressed(self, channel: str, address: str) -> str | None:
        """Why nothing is sent to the address; None when it may be."""


def check(
    message: Message, recipients: Recipients, shop: Shop, house: House, now: datetime
) -> Ready | Withheld | Postponed:
    """What is to become of a queued message at this moment."""
    if now - instants.parse_instant(message.send_at or message.at) > LATEST:
        return Withheld("too_late")
    try:
        if message.to_staff:
            return _to_staff(message, recipients, shop, house)
        return _to_customer(message, recipients, shop, house, now)
    except Unsendable as lack:
        return Withheld(lack.reason)


def _to_staff(message: Message, recipients: Recipients, shop: Shop, house: House) -> Ready | Withheld:
    member = recipients.member(message.recipient_id)
    if member is None or member.disabled:
        return Withheld("disabled")
    reason = recipients.suppressed(message.channel, member.email)
    if reason:
        return Withheld(reason)
    return Ready(compose(message, member.email, None, shop, house), member=member)


def _to_customer(
    message: Message, recipients: Recipients, shop: Shop, house: House, now: datetime
) -> Ready | Withheld | Postponed:
    reach = recipients.reach(message.recipient_id)
    if reach is None:
        return Withheld("archived")
    address = address_now(message, reach)
    reason = policy.refusal(reach, message.channel, message.purpose, shop) or _no_way(message, address, recipients)
    if reason or address is None:
        return Withheld(reason or "no_address")
    outgoing = compose(message, address, reach, shop, house)
    owed = policy.is_transactional(shop, message.purpose)
    quiet = policy.quiet_until(now, policy.zone_of(reach.customer, shop), shop.settings["quiet_hours"])
    if quiet and message.automatic and not owed:
        return Postponed(quiet)
    if policy.over_cap(reach, message.purpose, shop, message.id, now):
        return Withheld("cap")
    return Ready(outgoing, reach=reach, sends=None if owed else _with_this(message, reach, shop, now))


def address_now(message: Message, reach: Reach) -> str | None:
    """The address it was planned for if the customer still has it, else the first of the channel."""
    if message.address in _addresses(message.channel, reach):
        return message.address
    return reach.address(message.channel)


def _addresses(channel: str, reach: Reach) -> tuple[str, ...]:
    if channel == "email":
        return tuple(str(email["address"]) for email in reach.customer.doc["emails"])
    return reach.customer.numbers if channel == "sms" else tuple(reach.endpoints)


def _no_way(message: Message, address: str | None, recipients: Recipients) -> str | None:
    return "no_address" if address is None else recipients.suppressed(message.channel, address)


def _with_this(message: Message, reach: Reach, shop: Shop, now: datetime) -> Sends:
    days = shop.settings["communication"]["cap"]["days"]
    others = [sent for sent in policy.counting(reach.sends, days, now) if sent[1] != message.id]
    return [*others, (instants.to_text(now), message.id)]


def without(sends: Sends, message_id: str) -> Sends:
    """The recent messages without this one, which did not leave after all."""
    return [sent for sent in sends if sent[1] != message_id]
