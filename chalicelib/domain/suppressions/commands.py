"""Stopping everything to an address, and lifting that. Each command is one transaction of the work it is given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.signature import Signature
from chalicelib.domain.suppressions.addresses import comparable
from chalicelib.domain.suppressions.model import Reason, Suppression, outweighs
from chalicelib.domain.work import Change, Event, Work

# Each holder takes five records of the transaction. More than ten hardly ever share an address; the others are
# protected all the same, as the sender asks for the address and not for the profile.
MOST_MARKED = 10
CHANNEL_NAMES = {"email": "email address", "sms": "number"}
BECAUSE = {
    "bounce": "a message came back",
    "complaint": "a message was marked as unwanted",
    "stop_reply": "STOP was replied",
    "manual": "set by hand",
}


class SuppressionStore(Protocol):
    """Suppressions within one transaction; addresses are in comparable form."""

    def get(self, channel: str, address: str) -> Suppression | None: ...

    def holders(self, channel: str, address: str) -> Sequence[str]: ...

    def keep(self, before: Suppression | None, after: Suppression) -> None: ...

    def lift(self, before: Suppression) -> None: ...

    def mark(self, customer_id: str, suppression: Suppression) -> None: ...

    def unmark(self, customer_id: str, suppression: Suppression) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What a suppression command works with."""

    call: Call
    work: Work
    suppressions: SuppressionStore


def suppress(
    desk: Desk, channel: str, address: str, reason: Reason, message_id: str | None = None, note: str | None = None
) -> Suppression:
    """Send nothing to this email address or number (channel `sms`) any more; the holders' profiles say so.

    Done again, or for a lesser reason than is known, it writes nothing. It updates the profiles of the holders, so
    nothing else in the same transaction may.

    Raises:
        Invalid: it is no address of this channel.
    """
    address = comparable(channel, address)
    known = desk.suppressions.get(channel, address)
    if known and not outweighs(reason, known):
        return known
    by = Signature.of(desk.call)
    base = known or Suppression(ids.new_id("sup", desk.call.now), channel, address, reason, by, version=0)
    marked = _to_mark(desk.suppressions.holders(channel, address), known)
    said: dict[str, Any] = {"reason": reason, "by": by, "message_id": message_id, "note": note}
    suppression = replace(base, version=base.version + 1, marked=marked, **said)
    desk.suppressions.keep(known, suppression)
    for customer_id in suppression.marked:
        desk.suppressions.mark(customer_id, suppression)
        _tell(desk, customer_id, suppression, "address_suppressed")
    _audit(desk, "suppression.add", suppression)
    return suppression


def lift(desk: Desk, channel: str, address: str) -> None:
    """Allow messages to this address again, as far as its holders agree to them; done once.

    Raises:
        Invalid: it is no address of this channel.
    """
    known = desk.suppressions.get(channel, comparable(channel, address))
    if known is None:
        return
    holders = desk.suppressions.holders(channel, known.address)
    desk.suppressions.lift(known)
    for customer_id in (holder for holder in holders if holder in known.marked):
        desk.suppressions.unmark(customer_id, known)
        _tell(desk, customer_id, known, "address_released")
    _audit(desk, "suppression.lift", known)


def _to_mark(holders: Sequence[str], known: Suppression | None) -> tuple[str, ...]:
    """Who was marked before comes first, so that a mark is never forgotten."""
    before = [holder for holder in holders if known and holder in known.marked]
    return tuple(dict.fromkeys((*before, *holders)))[:MOST_MARKED]


def _tell(desk: Desk, customer_id: str, suppression: Suppression, kind: str) -> None:
    """The address itself stays in the customer's own partition."""
    stopped = kind == "address_suppressed"
    what = CHANNEL_NAMES[suppression.channel]
    because = BECAUSE[suppression.reason]
    summary = f"Nothing is sent to this {what} any more: {because}" if stopped else f"The {what} may be used again"
    content = {"address": suppression.address}
    desk.work.record(Event(customer_id, kind, summary, {"customer_id": customer_id, **_facts(suppression)}, content))
    values = {**_facts(suppression), **content}
    before, after = (None, values) if stopped else (values, None)
    action = "suppression.add" if stopped else "suppression.lift"
    desk.work.audit(Change(action, customer_id, before, after))


def _audit(desk: Desk, action: str, suppression: Suppression) -> None:
    facts = {**_facts(suppression), "holders": list(suppression.marked)}
    before, after = (None, facts) if action == "suppression.add" else (facts, None)
    desk.work.audit(Change(action, suppression.id, before, after))


def _facts(suppression: Suppression) -> dict[str, Any]:
    facts = {
        "suppression_id": suppression.id,
        "channel": suppression.channel,
        "reason": suppression.reason,
        "message_id": suppression.message_id,
    }
    return {name: value for name, value in facts.items() if value is not None}
