"""A customer of a file of all data, written with everything that must be true in the same moment."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain.customers.model import Customer, CustomerFields
from chalicelib.domain.customers.rules import NOT_KEPT
from chalicelib.domain.errors import Conflict, FieldError, Invalid
from chalicelib.domain.restore.records import CustomerRecord
from chalicelib.repos import claims, customer_items, keys, suppression_items
from chalicelib.repos.compact import compact
from chalicelib.repos.keys import Key
from chalicelib.repos.months import months_back
from chalicelib.repos.table import Item
from chalicelib.repos.transaction import Refusal, Transaction, again


def ordered(given: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """The whole in the order in which it was given; what was not given comes last, as it is by itself."""
    return {**{name: whole[name] for name in given if name in whole}, **whole}


def customer_of(record: CustomerRecord) -> Customer:
    """The customer as the shop keeps it; counts come with the records that are counted."""
    fields = CustomerFields.model_validate(record.doc).model_dump(exclude=set(NOT_KEPT))
    return Customer(
        id=record.id,
        doc=ordered(record.doc, fields),
        version=record.version,
        status=record.status,
        created_at=record.created_at,
        updated_at=record.updated_at,
        tags=tuple(record.tags),
        last_contact_at=record.last_contact_at,
        verified_at=record.verified_at,
    )


def write(work: Transaction, record: CustomerRecord) -> dict[str, Any]:
    """Write a customer who is not there; returns what the audit says of it.

    Raises:
        Invalid: the list of customers has no place for a customer of that month.
        Conflict (on commit): somebody else holds a number, an address or the external id.
    """
    customer = customer_of(record)
    if customer.created_at[:7] not in months_back(None, work.call.now):
        raise Invalid.field("/created_at", "is before the first month of Facet, or in the future")
    work.put(keys.profile(customer.id), _profile(customer, record), condition=claims.FREE, otherwise=again)
    work.put(customer_items.list_key(customer), customer_items.list_attributes(customer))
    for key, attributes in customer_items.entries(customer).items():
        work.put(key, attributes)
    for key, attributes in _beside(record):
        work.put(key, attributes)
    _claim(work, customer, record)
    work.add(keys.customer_counter(customer.id), **{customer.status: 1})
    return {**customer.doc, "tags": list(customer.tags)}


def _profile(customer: Customer, record: CustomerRecord) -> dict[str, Any]:
    counts = {f"{name}_count": 0 for name in customer_items.COUNTS}
    marks = {
        suppression_items.mark_name(each.channel, each.address): compact({"reason": each.reason, "at": each.at})
        for each in record.suppressed
        if each.address in (*customer.numbers, *customer.addresses)
    }
    verified = {"verified_at": customer.verified_at}  # apart from the attributes, as a change leaves it alone
    return {**customer_items.profile_attributes(customer), **verified, **counts, **marks}


def _beside(record: CustomerRecord) -> Iterator[tuple[Key, Item]]:
    for mark in record.marks:
        yield keys.once(record.id, mark.what), {"at": mark.at}
    if record.sends:
        doc = compact({"sends": [[sent.at, sent.message_id] for sent in record.sends.sent]})
        yield keys.recent_sends(record.id), {"version": record.sends.version, "doc": doc}


def _claim(work: Transaction, customer: Customer, record: CustomerRecord) -> None:
    external = customer.doc.get("external_id")
    if external:
        refusal = _taken("/doc/external_id")
        work.put(keys.external_claim(external), {"holder": customer.id}, condition=claims.FREE, otherwise=refusal)
    if customer.status != "active":
        return
    held = {keys.phone_claim(number): number for number in customer.numbers}
    held |= {keys.email_claim(address): address for address in customer.addresses}
    shared = work.table.get_many([key for key, text in held.items() if text in record.shared])
    for key, text in held.items():
        if key in shared:
            _join(work, key, shared[key], customer.id if text in record.owns else None)
        else:
            refusal = again if text in record.shared else _taken("/doc")
            work.put(key, {"holder": customer.id, "holders": 1}, condition=claims.FREE, otherwise=refusal)


def _join(work: Transaction, key: Key, before: Item, owner: str | None) -> None:
    """Hold a number or address that others hold; whoever owned it in the file owns it in the end."""
    work.update(
        key,
        "SET holder = :owner, holders = holders + :one",
        {":owner": owner or before["holder"], ":one": 1, ":was": before["holder"]},
        condition="holder = :was",
    )


def _taken(pointer: str) -> Refusal:
    def refuse(held: Item | None) -> Exception:
        errors = [FieldError(pointer, "holds what another customer has by now")]
        owner = str(held["holder"]) if held else None
        return Conflict("Another customer holds it by now.", code="duplicate", errors=errors, conflict_id=owner)

    return refuse
