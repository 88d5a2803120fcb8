"""Logging a call: one transaction, which also answers what the customer had asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain import ids, instants
from chalicelib.domain.call import Call
from chalicelib.domain.calls.model import NewCall, PhoneCall
from chalicelib.domain.calls.rules import call_instant, summary
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.rules import require_active
from chalicelib.domain.inquiries.answering import AnswerStore, OpenInquiry, answer_by_contact
from chalicelib.domain.signature import Signature
from chalicelib.domain.work import Change, Event, Work


class CallStore(Protocol):
    """Calls of customers within one transaction."""

    def customer(self, customer_id: str) -> tuple[Customer, Sequence[OpenInquiry]]: ...

    def add(self, customer: Customer, call: PhoneCall) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What a call command works with."""

    call: Call
    work: Work
    calls: CallStore
    inquiries: AnswerStore


def log(desk: Desk, customer_id: str, fields: NewCall) -> PhoneCall:
    """Log a call; it moves the last contact forward, and an outgoing one answers the oldest open inquiries.

    Raises:
        Invalid: the call is in the future.
        NotFound: there is no such customer.
        Conflict: the customer is archived.
    """
    moment = call_instant(fields.at, desk.call.now)
    customer, inquiries = desk.calls.customer(customer_id)
    require_active(customer)
    at = instants.to_text(moment)
    call_id = ids.new_id("cal", moment)
    answered: tuple[str, ...] = ()
    if fields.direction == "out":
        answered = answer_by_contact(desk.work, desk.inquiries, inquiries, Signature.of(desk.call, at), call_id)
    call = PhoneCall(
        id=call_id,
        customer_id=customer_id,
        direction=fields.direction,
        duration_s=fields.duration_s,
        outcome=fields.outcome,
        at=at,
        logged=Signature.of(desk.call),
        answered=answered,
    )
    desk.calls.add(customer, call)
    _record(desk.work, call)
    return call


def _record(work: Work, call: PhoneCall) -> None:
    facts = {"direction": call.direction, "duration_s": call.duration_s}
    names = {"customer_id": call.customer_id, "call_id": call.id}
    content = {"outcome": call.outcome} if call.outcome else None
    work.record(
        Event(
            call.customer_id,
            "call_logged",
            summary(call.direction, call.duration_s),
            {**names, **facts},
            content,
            at=call.at,
        )
    )
    after = {"call_id": call.id, **facts, "at": call.at, "outcome": call.outcome, "answered": list(call.answered)}
    work.audit(Change("call.log", call.customer_id, after=after))
