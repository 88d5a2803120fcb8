"""Customers whom rows of a list may be about, read for many rows at once; and what was imported."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.imports.identity import Identity
from chalicelib.repos import claims, keys
from chalicelib.repos.customer_items import from_item
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, Table
from chalicelib.repos.transaction import Transaction

Claim = tuple[str, str]  # "phone" or "email", and the comparable form


@dataclass(frozen=True)
class Found:
    """One reading: ids by what they were looked up by, and the customers."""

    marks: Mapping[str, str] = field(default_factory=dict)
    external: Mapping[str, str] = field(default_factory=dict)
    holding: Mapping[Claim, Sequence[str]] = field(default_factory=dict)
    customers: Mapping[str, Customer] = field(default_factory=dict)

    def imported(self, digest: str) -> Customer | None:
        """The customer of a row of the same content."""
        return self.customers.get(self.marks.get(digest, ""))

    def by_id(self, customer_id: str) -> Customer | None:
        """The customer of this id."""
        return self.customers.get(customer_id)

    def by_external(self, external_id: str) -> Customer | None:
        """The customer that another system knows by this id."""
        return self.customers.get(self.external.get(external_id, ""))

    def holders(self, kind: str, form: str) -> Sequence[Customer]:
        """The customers who hold a number or an address, the owner first."""
        ids = self.holding.get((kind, form), ())
        return [self.customers[each] for each in ids if each in self.customers]

    def about(self, identity: Identity) -> frozenset[str]:
        """The ids of all customers that a row may be about."""
        holders = (each for kind, form, _ in identity.contacts for each in self.holding.get((kind, form), ()))
        named = (self.marks.get(identity.digest), self.external.get(identity.external_id or ""), identity.customer_id)
        return frozenset((*holders, *(each for each in named if each)))


def look_up(table: Table, identities: Sequence[Identity]) -> Found:
    """What is known of these rows: one BatchGetItem for each hundred marks, claims and customers who are named by id,
    one for each hundred customers whom marks and claims lead to beside them.

    A number that several customers hold costs a Query more.
    """
    items = table.get_many(list(dict.fromkeys(key for each in identities for key in _keys(each))))
    marks = {each.digest: str(item["holder"]) for each in identities if (item := items.get(keys.imported(each.digest)))}
    external = {
        each.external_id: str(item["holder"])
        for each in identities
        if each.external_id and (item := items.get(keys.external_claim(each.external_id)))
    }
    wanted = {(kind, form) for each in identities for kind, form, _ in each.contacts}
    holding = {claim: _holders(table, claim, item) for claim in wanted if (item := items.get(_claim(claim)))}
    ids = {*marks.values(), *external.values(), *(each for held in holding.values() for each in held)}
    named = {keys.profile(each.customer_id) for each in identities if each.customer_id}
    profiles = {key: items[key] for key in named & items.keys()}
    profiles |= table.get_many([key for each in sorted(ids) if (key := keys.profile(each)) not in named])
    return Found(marks, external, holding, {key.pk: from_item(item) for key, item in profiles.items()})


class MarkWriter:
    """Writes within one transaction what was imported; `found` is what the row was decided by."""

    def __init__(self, work: Transaction, found: Found) -> None:
        self._work, self._found = work, found

    def mark(self, digest: str, customer_id: str) -> None:
        """Remember which customer a row of this content made or changed, unless another import just did."""
        before = self._found.marks.get(digest)
        self._work.put(
            keys.imported(digest),
            {"holder": customer_id},
            condition="holder = :before" if before else claims.FREE,
            values={":before": before} if before else None,
        )


def _keys(identity: Identity) -> Iterable[Key]:
    yield keys.imported(identity.digest)
    if identity.customer_id:
        yield keys.profile(identity.customer_id)
    if identity.external_id:
        yield keys.external_claim(identity.external_id)
    yield from (_claim((kind, form)) for kind, form, _ in identity.contacts)


def _claim(claim: Claim) -> Key:
    kind, form = claim
    return keys.phone_claim(form) if kind == "phone" else keys.email_claim(form)


def _holders(table: Table, claim: Claim, item: Item) -> list[str]:
    owner = str(item["holder"])
    if item["holders"] == 1:
        return [owner]
    kind, form = claim
    held = claims.holders_of_phone(table, form) if kind == "phone" else claims.holders_of_email(table, form)
    return sorted({owner, *held}, key=lambda each: each != owner)
