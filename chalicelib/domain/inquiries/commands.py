"""What staff do with inquiries. Each command is one transaction of the work it is given."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.rules import require_active
from chalicelib.domain.errors import Invalid
from chalicelib.domain.inquiries.answering import answered_event
from chalicelib.domain.inquiries.assignment import default_assignees
from chalicelib.domain.inquiries.model import Given, Inquiry, InquiryState, NewInquiry
from chalicelib.domain.merge_patch import merge_patch
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.signature import Signature
from chalicelib.domain.staff.members import Directory, require_member
from chalicelib.domain.versions import require_version
from chalicelib.domain.work import Change, Event, Work


class InquiryStore(Protocol):
    """Inquiries of customers within one transaction; each write fails on commit when the customer is archived."""

    def customer(self, customer_id: str) -> Customer: ...

    def get(self, customer_id: str, inquiry_id: str) -> Inquiry: ...

    def add(self, customer: Customer, inquiry: Inquiry) -> None: ...

    def change(self, before: Inquiry, after: Inquiry) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What an inquiry command works with."""

    call: Call
    work: Work
    inquiries: InquiryStore
    shop: Shop
    staff: Directory


def receive(desk: Desk, customer_id: str, fields: NewInquiry) -> Inquiry:
    """Write down what a customer asks; the customer was in touch now.

    Raises:
        Invalid: the assignee is nobody.
        NotFound: there is no such customer.
        Conflict: the customer is archived.
    """
    customer = desk.inquiries.customer(customer_id)
    require_active(customer)
    inquiry = Inquiry(
        id=ids.new_id("inq", desk.call.now),
        customer_id=customer_id,
        version=1,
        text=fields.text,
        product_ids=tuple(fields.product_ids),
        channel=fields.channel,
        assignees=_assignees(desk, customer, fields.assignee),
        received=Signature.of(desk.call),
    )
    desk.inquiries.add(customer, inquiry)
    asked = {"product_ids": fields.product_ids, "channel": fields.channel}
    data = {**_data(inquiry), **asked, "assignees": list(inquiry.assignees)}
    name = f"Inquiry by {fields.channel.replace('_', '-')}"
    desk.work.record(Event(customer_id, "inquiry_received", name, data, {"text": fields.text}))
    desk.work.audit(Change("inquiry.receive", customer_id, after={**data, "text": fields.text}))
    return inquiry


def change(
    desk: Desk, customer_id: str, inquiry_id: str, patch: Mapping[str, Any], if_match: frozenset[int] | None
) -> Inquiry:
    """Apply a JSON Merge Patch: answer, reopen, reassign; one that changes nothing writes nothing.

    Raises:
        Invalid: an answer without status answered, or the assignee is nobody.
        NotFound: there is no such inquiry.
        Stale: the inquiry is not at the version of If-Match.
        Conflict (on commit): the customer is archived.
        ValidationError: the patched inquiry is not acceptable.
    """
    before = desk.inquiries.get(customer_id, inquiry_id)
    require_version(before.version, if_match)
    written = _written(before)
    wanted = InquiryState.model_validate(merge_patch(_kept(written, patch), patch))
    if wanted.answer is not None and wanted.status == "open":
        raise Invalid.field("/answer", "goes with status answered")
    if wanted.model_dump() == written:
        return before
    after = _changed(desk, before, wanted)
    desk.inquiries.change(before, after)
    _record_change(desk, before, after)
    return after


def _assignees(desk: Desk, customer: Customer, asked: str | None) -> tuple[str, ...]:
    if asked is None:
        return default_assignees(customer, desk.shop, desk.staff)
    return (require_member(desk.staff, asked, "/assignee"),)


def _written(inquiry: Inquiry) -> dict[str, Any]:
    answer = inquiry.given.text if inquiry.given else None
    return {"status": inquiry.status, "answer": answer, "assignee": inquiry.assignee}


def _kept(written: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """What a patch builds on: reopening takes the answer back."""
    return {**written, "answer": None} if patch.get("status") == "open" else dict(written)


def _changed(desk: Desk, before: Inquiry, wanted: InquiryState) -> Inquiry:
    given = before.given
    if wanted.status == "open":
        given = None
    elif given is None:
        given = Given(Signature.of(desk.call), wanted.answer)
    elif wanted.answer != given.text:
        given = replace(given, text=wanted.answer)
    assignees = before.assignees
    if wanted.assignee != before.assignee:
        assignees = (require_member(desk.staff, wanted.assignee, "/assignee"),) if wanted.assignee else ()
    return replace(before, version=before.version + 1, given=given, assignees=assignees)


def _record_change(desk: Desk, before: Inquiry, after: Inquiry) -> None:
    work, data = desk.work, _data(after)
    if after.assignees != before.assignees:
        assigned = {**data, "assignees": list(after.assignees)}
        work.record(Event(after.customer_id, "inquiry_assigned", "Inquiry assigned", assigned))
    if before.given and not after.given:
        work.record(Event(after.customer_id, "inquiry_reopened", "Inquiry reopened", data))
    elif after.given and after.given != before.given:
        text = after.given.text
        work.record(answered_event(after.customer_id, after.id, desk.call.at, text=text))
    names = {"inquiry_id": after.id}
    work.audit(Change("inquiry.change", after.customer_id, {**names, **_written(before)}, {**names, **_written(after)}))


def _data(inquiry: Inquiry) -> dict[str, Any]:
    return {"customer_id": inquiry.customer_id, "inquiry_id": inquiry.id}
