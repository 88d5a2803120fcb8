"""Consents in the table: every word for itself, and what holds now in one item beside the profile."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.consents.model import Consent, Consents
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import is_id
from chalicelib.repos import activity, claims, consent_items, keys
from chalicelib.repos.customer_items import from_item
from chalicelib.repos.found import Position
from chalicelib.repos.owned import Narrowed, Records, newest
from chalicelib.repos.table import Item, Table
from chalicelib.repos.transaction import Transaction

WORDS = Records(keys.consent("", "").sk, keys.consent("", keys.LAST).sk)


@dataclass(frozen=True)
class ConsentPage:
    """Words of a customer and the position of the next page."""

    consents: list[Consent]
    next: Position | None


class ConsentReader:
    """Reads of consents."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def current(self, customer_id: str) -> Consents:
        """What holds now; nothing when nothing was ever said.

        Raises:
            NotFound: the id is none of a customer.
        """
        if not is_id(customer_id, "cus"):
            raise _unknown()
        return consent_items.from_state(self._table.get(keys.consents(customer_id)))

    def history(
        self, customer_id: str, limit: int, position: Position | None, *, channel: str | None, purpose: str | None
    ) -> ConsentPage:
        """What the customer said, the newest first.

        Raises:
            NotFound: there is no such customer.
        """
        only = Narrowed.to(channel=channel, purpose=purpose)
        found = newest(self._table, customer_id, WORDS, limit, position, only)
        return ConsentPage([consent_items.from_record(item) for item in found.items], found.next)

    def customer(self, customer_id: str) -> Customer:
        """The customer, for the words of a page that they open.

        Raises:
            NotFound: there is no such customer.
        """
        item = self._table.get(keys.profile(customer_id)) if is_id(customer_id, "cus") else None
        if item is None:
            raise _unknown()
        return from_item(item)


class ConsentWriter(ConsentReader):
    """Writes of consents within one transaction."""

    def __init__(self, work: Transaction) -> None:
        super().__init__(work.table)
        self._work = work

    def add(
        self, customer_id: str, before: Consents, after: Consents, said: Sequence[Consent], *, archived_too: bool
    ) -> None:
        """Write words down, and what holds from now on; run again when another word came first.

        Raises (on commit):
            NotFound: there is no such customer.
            Conflict: the customer is archived, unless that does not matter.
        """
        if archived_too:
            self._work.check(keys.profile(customer_id), "attribute_exists(pk)", otherwise=_unknown)
        elif not self._work.writes(keys.profile(customer_id)):  # else the profile's own condition says so
            activity.require_active(self._work, customer_id)
        self._work.put(
            keys.consents(customer_id),
            consent_items.state_attributes(replace(after, version=before.version + 1)),
            condition="version = :before" if before.version else claims.FREE,
            values={":before": before.version} if before.version else None,
        )
        for word in said:
            self._work.put(
                keys.consent(customer_id, word.id), consent_items.record_attributes(word), condition=claims.FREE
            )


def _unknown(_: Item | None = None) -> NotFound:
    return NotFound("There is no such customer.")
