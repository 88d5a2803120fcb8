"""Getting in touch answers what the customer had asked: an outgoing call, or a message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.inquiries.model import Given
from chalicelib.domain.signature import Signature
from chalicelib.domain.work import Event, Work

MOST_ANSWERED = 20  # with four items each, the largest transaction stays under the store's limit of 100


@dataclass(frozen=True)
class OpenInquiry:
    """An inquiry as its marker beside the profile shows it."""

    id: str
    customer_id: str
    at: str


class AnswerStore(Protocol):
    """Open inquiries within one transaction."""

    def close(self, inquiry: OpenInquiry, given: Given) -> None: ...


def answer_by_contact(
    work: Work,
    store: AnswerStore,
    inquiries: Sequence[OpenInquiry],
    by: Signature,
    call_id: str | None = None,
    message_id: str | None = None,
) -> tuple[str, ...]:
    """Answer the oldest open inquiries that came before the contact; returns their ids, at most twenty.

    The caller's own audit entry names them, so that the transaction stays small.
    """
    waiting = sorted((each for each in inquiries if each.at <= by.at), key=lambda each: (each.at, each.id))
    for inquiry in waiting[:MOST_ANSWERED]:
        store.close(inquiry, Given(by, call_id=call_id, message_id=message_id))
        contact = {"call_id": call_id, "message_id": message_id}
        work.record(answered_event(inquiry.customer_id, inquiry.id, by.at, contact=contact))
    return tuple(inquiry.id for inquiry in waiting[:MOST_ANSWERED])


def answered_event(
    customer_id: str,
    inquiry_id: str,
    at: str,
    *,
    text: str | None = None,
    contact: Mapping[str, str | None] | None = None,
) -> Event:
    """The line on the timeline; `contact` names the call or the message that answered."""
    data = {"customer_id": customer_id, "inquiry_id": inquiry_id}
    data |= {name: value for name, value in (contact or {}).items() if value}
    return Event(customer_id, "inquiry_answered", "Inquiry answered", data, {"answer": text} if text else None, at=at)
