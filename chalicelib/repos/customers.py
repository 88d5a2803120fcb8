"""Customers in the table: one read, and every write with all the entries that must stay true with it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Conflict, FieldError, NotFound
from chalicelib.domain.ids import is_id
from chalicelib.repos import claims, keys
from chalicelib.repos.customer_items import entries, from_item, list_attributes, list_key, profile_attributes
from chalicelib.repos.keys import Key
from chalicelib.repos.suppression_items import marks_given_up
from chalicelib.repos.table import Item, Table
from chalicelib.repos.transaction import Retry, Transaction, again

UNCHANGED = "version = :version AND #status = :status AND tags = :tags"
ACTIVE = "#status = :active"
NOT_LATER = "(attribute_not_exists(last_contact_at) OR last_contact_at < :contact)"
STATUS = {"#status": "status"}


class CustomerReader:
    """Reads of single customers."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, customer_id: str) -> Customer:
        """The customer.

        Raises:
            NotFound: there is none with this id.
        """
        item = self._table.get(keys.profile(customer_id)) if is_id(customer_id, "cus") else None
        if item is None:
            raise NotFound("There is no such customer.")
        return from_item(item)

    def get_many(self, customer_ids: Sequence[str]) -> list[Customer]:
        """Those customers that exist, in the order of the ids."""
        found = self._table.get_many([keys.profile(customer_id) for customer_id in customer_ids])
        return [from_item(found[key]) for key in map(keys.profile, customer_ids) if key in found]

    def by_external(self, external_id: str) -> Customer | None:
        """The customer that holds this external id.

        Raises:
            Retry: the customer who held it has just given it up.
        """
        claim = self._table.get(keys.external_claim(external_id))
        if claim is None:
            return None
        item = self._table.get(keys.profile(str(claim["holder"])))
        customer = from_item(item) if item else None
        if customer is None or customer.doc.get("external_id") != external_id:  # between the two reads
            raise Retry
        return customer


class CustomerWriter(CustomerReader):
    """Writes of customers within one transaction.

    `shard` is the counter (0 to 7) that counts them; by default it is drawn by the customer.
    """

    def __init__(self, work: Transaction, shard: int | None = None) -> None:
        super().__init__(work.table)
        self._work = work
        self._shard = shard

    def add(self, customer: Customer, *, share: bool) -> None:
        """Write a new customer; `share` accepts numbers and addresses that others hold."""
        attributes = {**profile_attributes(customer), **{f"{name}_count": 0 for name in customer.counts}}
        self._work.put(keys.profile(customer.id), attributes, condition=claims.FREE)
        self._work.put(list_key(customer), list_attributes(customer))
        self._claims(None, customer, share=share)
        self._entries({}, entries(customer))
        self._count(customer.id, active=1)

    def change(self, before: Customer, after: Customer, *, share: bool = False) -> None:
        """Write the next version of an active customer."""
        self._profile(before, after)
        self._list(before, after)
        self._claims(before, after, share=share)
        self._entries(entries(before), entries(after))

    def _list(self, before: Customer, after: Customer) -> None:
        """Only what differs: the last contact may move at the same moment."""
        old, new = list_attributes(before), list_attributes(after)
        kept = {name: value for name, value in new.items() if value is not None and old[name] != value}
        gone = [name for name, value in new.items() if value is None and old[name] is not None]
        if kept or gone:
            sets = ["SET " + ", ".join(f"#{name} = :{name}" for name in kept)] if kept else []
            removes = ["REMOVE " + ", ".join(f"#{name}" for name in gone)] if gone else []
            values = {f":{name}": value for name, value in kept.items()}
            names = {f"#{name}": name for name in (*kept, *gone)}
            self._work.update(list_key(after), " ".join(sets + removes), values, names=names)

    def archive(self, before: Customer, after: Customer) -> None:
        """Take the customer out of lists and search, and free the numbers."""
        self._move(before, after, share=False)
        self._count(after.id, active=-1, archived=1)

    def restore(self, before: Customer, after: Customer, *, share: bool) -> None:
        """Bring an archived customer back; `share` accepts numbers that others hold by now."""
        self._move(before, after, share=share)
        self._count(after.id, active=1, archived=-1)

    def set_tags(self, before: Customer, after: Customer) -> None:
        """Write other tags, without a new version."""
        self._work.update(
            keys.profile(after.id),
            "SET tags = :after",
            {":after": list(after.tags), ":tags": list(before.tags), ":version": before.version, ":status": "active"},
            condition=UNCHANGED,
            names=STATUS,
        )
        self._entries(entries(before), entries(after))

    def touch(self, customer: Customer, counts: Mapping[str, int], *, contact_at: str | None = None) -> None:
        """Count records of an active customer, and move the last contact forward when the customer was in touch.

        Raises (on commit):
            Conflict: the customer has been archived meanwhile.
        """
        additions = ", ".join(f"{name}_count :{name}" for name in counts)
        expression = f"ADD {additions}" if counts else ""
        values: dict[str, Any] = {f":{name}": number for name, number in counts.items()}
        condition = ACTIVE
        if contact_at and contact_at > (customer.last_contact_at or ""):
            expression = f"SET last_contact_at = :contact {expression}"
            values[":contact"] = contact_at
            condition = f"{ACTIVE} AND {NOT_LATER}"
            self._work.update(list_key(customer), "SET last_contact_at = :contact", {":contact": contact_at})
        self._work.update(
            keys.profile(customer.id),
            expression,
            {**values, ":active": "active"},
            condition=condition,
            names=STATUS,
            otherwise=again,
        )

    def _profile(self, before: Customer, after: Customer) -> None:
        attributes = profile_attributes(after)
        del attributes["last_contact_at"], attributes["created_at"]
        names = {f"#{name}": name for name in attributes}
        values = {f":new_{name}": value for name, value in attributes.items()}
        sets = ["SET " + ", ".join(f"#{name} = :new_{name}" for name in attributes)]
        gone = {f"#gone_{n}": name for n, name in enumerate(marks_given_up(_held(before), _held(after)))}
        names |= gone
        removes = ["REMOVE " + ", ".join(gone)] if gone else []
        self._work.update(
            keys.profile(after.id),
            " ".join(sets + removes),
            {**values, ":version": before.version, ":status": before.status, ":tags": list(before.tags)},
            condition=UNCHANGED,
            names=names,
        )

    def _move(self, before: Customer, after: Customer, *, share: bool) -> None:
        self._profile(before, after)
        seen = "last_contact_at = :seen" if before.last_contact_at else "attribute_not_exists(last_contact_at)"
        values = {":seen": before.last_contact_at} if before.last_contact_at else None
        self._work.delete(list_key(before), condition=seen, values=values)
        self._work.put(list_key(after), list_attributes(after))
        self._claims(before, after, share=share)
        self._entries(entries(before), entries(after))

    def _entries(self, before: Mapping[Key, Item], after: Mapping[Key, Item]) -> None:
        for key in before.keys() - after.keys():
            self._work.delete(key)
        for key, attributes in after.items():
            if before.get(key) != attributes:
                self._work.put(key, attributes)

    def _claims(self, before: Customer | None, after: Customer, *, share: bool) -> None:
        self._phones(before, after, share=share)
        self._emails(before, after, share=share)
        self._external(before, after)

    def _phones(self, before: Customer | None, after: Customer, *, share: bool) -> None:
        old, new = _held(before).numbers, _held(after).numbers
        for number in set(old) - set(new):
            others = partial(claims.phone_holders, self._work, number)
            claims.release(self._work, keys.phone_claim(number), after.id, others)
        for position, number in enumerate(new):
            if number not in old:
                pointer = f"/phones/{position}/number"
                claims.claim(self._work, keys.phone_claim(number), after.id, pointer, share=share)

    def _emails(self, before: Customer | None, after: Customer, *, share: bool) -> None:
        old, new = _held(before).addresses, _held(after).addresses
        for address in set(old) - set(new):
            others = partial(claims.email_holders, self._work, address)
            claims.release(self._work, keys.email_claim(address), after.id, others)
        for position, address in enumerate(new):
            if address not in old:
                pointer = f"/emails/{position}/address"
                claims.claim(self._work, keys.email_claim(address), after.id, pointer, share=share)

    def _external(self, before: Customer | None, after: Customer) -> None:
        old = before.doc.get("external_id") if before else None
        new = after.doc.get("external_id")
        if old == new:
            return
        if old:
            self._work.delete(keys.external_claim(old))
        if new:
            self._work.put(
                keys.external_claim(new), {"holder": after.id}, condition=claims.FREE, otherwise=_external_taken
            )

    def _count(self, customer_id: str, **steps: int) -> None:
        key = keys.customer_counter(customer_id) if self._shard is None else keys.counter(self._shard)
        self._work.add(key, **steps)


class _Nothing:
    numbers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


def _held(customer: Customer | None) -> Customer | _Nothing:
    """The customer as far as it holds numbers and addresses: an archived one holds none."""
    return customer if customer and customer.status == "active" else _Nothing()


def _external_taken(held: Item | None) -> Exception:
    owner = str(held["holder"]) if held else None
    detail = "Another customer has this external_id."
    errors = [FieldError("/external_id", "is held by another customer")]
    return Conflict(detail, code="duplicate_external_id", errors=errors, conflict_id=owner)
