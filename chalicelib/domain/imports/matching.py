"""Which customer a row is about: the rules, in their order.

1. The same row was imported before, and its customer is there: nothing is left to do, whatever staff changed since.
2. It has the id of a customer, as our exports do. An id that nobody here has says nothing.
3. Its external id is known.
4. A number or address of the row is held by a customer of the same name.
5. It is held by somebody of another name: the row is a duplicate, unless both may have it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Conflict, FieldError
from chalicelib.domain.imports.identity import Identity
from chalicelib.domain.text import words

How = Literal["imported", "id", "external_id", "contact"]


class Known(Protocol):
    """Customers whom rows may be about."""

    def imported(self, digest: str) -> Customer | None:
        """The customer of a row of the same content."""

    def by_id(self, customer_id: str) -> Customer | None:
        """The customer of this id."""

    def by_external(self, external_id: str) -> Customer | None:
        """The customer that another system knows by this id."""

    def holders(self, kind: str, form: str) -> Sequence[Customer]:
        """The active customers who hold a number (`phone`) or an address (`email`), the owner first."""


@dataclass(frozen=True)
class Match:
    """The customer of a row, and by which rule."""

    customer: Customer
    how: How


def find(known: Known, body: Mapping[str, Any], identity: Identity, *, share: bool) -> Match | None:
    """The customer that a row is about; None when it is somebody new. `share`: others may hold its numbers.

    Raises:
        Conflict: a number, an address or the external id is held by somebody else.
    """
    before = known.imported(identity.digest)
    if before is not None:
        return Match(before, "imported")
    match = _own(known, identity) or _external(known, identity) or _contact(known, body, identity)
    if not share:
        _refuse_others(known, identity, match)
    return match


def _own(known: Known, identity: Identity) -> Match | None:
    customer = known.by_id(identity.customer_id) if identity.customer_id else None
    if customer is None:
        return None
    other = known.by_external(identity.external_id) if identity.external_id else None
    if other is not None and other.id != customer.id:
        errors = [FieldError("/external_id", "is held by another customer")]
        detail = "Another customer has this external_id."
        raise Conflict(detail, code="duplicate_external_id", errors=errors, conflict_id=other.id)
    return Match(customer, "id")


def _external(known: Known, identity: Identity) -> Match | None:
    customer = known.by_external(identity.external_id) if identity.external_id else None
    return Match(customer, "external_id") if customer else None


def _contact(known: Known, body: Mapping[str, Any], identity: Identity) -> Match | None:
    for holder in _holders(known, identity):
        others = holder.doc.get("external_id")
        # Two ids of one system are two records there, whatever they are called.
        if same_name(body, holder.doc) and (not others or others == identity.external_id or not identity.external_id):
            return Match(holder, "contact")
    return None


def _refuse_others(known: Known, identity: Identity, match: Match | None) -> None:
    mine = (*match.customer.numbers, *match.customer.addresses) if match else ()
    for kind, form, pointer in identity.contacts:
        holders = () if form in mine else known.holders(kind, form)
        if holders:
            errors = [FieldError(pointer, "is held by another customer")]
            detail = "Another active customer holds it. Send allow_duplicate to accept that."
            raise Conflict(detail, code="duplicate", errors=errors, conflict_id=holders[0].id)


def _holders(known: Known, identity: Identity) -> Iterator[Customer]:
    for kind, form, _ in identity.contacts:
        yield from known.holders(kind, form)


def same_name(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two documents name the same person: the same words in any order and spelling; else the same company."""
    person, known = _person(one), _person(other)
    if person or known:
        return person == known
    return bool(one.get("company")) and words(str(one["company"])) == words(other.get("company") or "")


def _person(doc: Mapping[str, Any]) -> set[str]:
    names = (doc.get("given_name"), doc.get("family_name"))
    return {word for name in names if isinstance(name, str) for word in words(name)}
