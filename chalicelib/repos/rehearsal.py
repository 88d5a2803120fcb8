"""What a dry run would have written: kept on the disk, so that later rows of the file meet the earlier ones.

It stands over what the table says and is asked in the same way; nothing of it is ever written to the table.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.domain.consents.model import Consent, Consents
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import NotFound
from chalicelib.domain.work import Change, Event
from chalicelib.repos import consent_items
from chalicelib.repos.known import Found

_KEPT = ("id", "doc", "version", "status", "created_at", "updated_at", "tags", "last_contact_at")
_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS customers (id TEXT PRIMARY KEY, doc TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS holders
  (kind TEXT, form TEXT, id TEXT, holds INT, PRIMARY KEY (kind, form, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS marks (digest TEXT PRIMARY KEY, id TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS consents (id TEXT PRIMARY KEY, version INT, doc TEXT) WITHOUT ROWID;
"""


class Rehearsal:
    """One dry run's disk. Also the work of its commands, which records nothing."""

    def __init__(self, path: Path) -> None:
        self._disk = sqlite3.connect(path, isolation_level=None)
        self._disk.executescript(_TABLES)

    def close(self) -> None:
        """Have everything in the file."""
        self._disk.close()

    def record(self, event: Event) -> str:
        """Nothing is told of what did not happen."""
        return event.kind

    def audit(self, change: Change) -> None:
        """Nor kept."""

    def mark(self, digest: str, customer_id: str) -> None:
        """A row of this content has this customer."""
        self._disk.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (digest, customer_id))

    def marked(self, digest: str) -> str | None:
        """The customer of a row of this content."""
        return self._text("SELECT id FROM marks WHERE digest = ?", digest)

    def customer(self, customer_id: str) -> Customer | None:
        """A customer whom an earlier row made or changed."""
        doc = self._text("SELECT doc FROM customers WHERE id = ?", customer_id)
        return _customer(json.loads(doc)) if doc else None

    def holders(self, kind: str, form: str) -> dict[str, bool]:
        """Who holds a number, an address or an external id since, and who gave it up."""
        found = self._disk.execute("SELECT id, holds FROM holders WHERE kind = ? AND form = ?", (kind, form))
        return {customer_id: bool(holds) for customer_id, holds in found}

    def put(self, before: Customer | None, after: Customer) -> None:
        """A customer as an earlier row would have left them."""
        values = {name: getattr(after, name) for name in _KEPT}
        self._disk.execute("INSERT OR REPLACE INTO customers VALUES (?, ?)", (after.id, json.dumps(values)))
        old, new = set(_held(before)) if before else set(), set(_held(after))
        rows = [(*each, after.id, each in new) for each in old ^ new]
        self._disk.executemany("INSERT OR REPLACE INTO holders VALUES (?, ?, ?, ?)", rows)

    def consents(self, customer_id: str) -> Consents | None:
        """What an earlier row said of consent, with what held before."""
        found = self._disk.execute("SELECT version, doc FROM consents WHERE id = ?", (customer_id,)).fetchone()
        return consent_items.from_state({"pk": customer_id, "version": found[0], "doc": found[1]}) if found else None

    def put_consents(self, customer_id: str, after: Consents) -> None:
        """What holds after an earlier row."""
        kept = consent_items.state_attributes(after)
        self._disk.execute(
            "INSERT OR REPLACE INTO consents VALUES (?, ?, ?)", (customer_id, kept["version"], kept["doc"])
        )

    def _text(self, question: str, value: str) -> str | None:
        found = self._disk.execute(question, (value,)).fetchone()
        return None if found is None else str(found[0])


@dataclass(frozen=True)
class Over:
    """What is known of a row: what earlier rows did, over what the table says. Also the store of its commands."""

    rehearsal: Rehearsal
    found: Found

    def imported(self, digest: str) -> Customer | None:
        """The customer of a row of the same content."""
        marked = self.rehearsal.marked(digest)
        return self._customer(marked) if marked else self._newest(self.found.imported(digest))

    def by_id(self, customer_id: str) -> Customer | None:
        """The customer of this id."""
        return self._customer(customer_id)

    def by_external(self, external_id: str) -> Customer | None:
        """The customer that another system knows by this id."""
        known = self.found.by_external(external_id)
        return next(iter(self._holding("external", external_id, [known] if known else [])), None)

    def holders(self, kind: str, form: str) -> Sequence[Customer]:
        """The customers who hold a number or an address."""
        return self._holding(kind, form, self.found.holders(kind, form))

    def get(self, customer_id: str) -> Customer:
        """The customer.

        Raises:
            NotFound: nothing is known of this id.
        """
        customer = self._customer(customer_id)
        if customer is None:
            raise NotFound("There is no such customer.")
        return customer

    def add(self, customer: Customer, *, share: bool) -> None:  # noqa: ARG002 -- as the store has it
        """A new customer; who else holds the numbers was looked at before."""
        self.rehearsal.put(None, customer)

    def change(self, before: Customer, after: Customer, *, share: bool = False) -> None:  # noqa: ARG002 -- as above
        """The next version."""
        self.rehearsal.put(before, after)

    def archive(self, before: Customer, after: Customer) -> None:
        """Out of lists."""
        self.rehearsal.put(before, after)

    def restore(self, before: Customer, after: Customer, *, share: bool) -> None:  # noqa: ARG002 -- as above
        """Back in lists."""
        self.rehearsal.put(before, after)

    def set_tags(self, before: Customer, after: Customer) -> None:
        """Other tags."""
        self.rehearsal.put(before, after)

    def _holding(self, kind: str, form: str, known: Iterable[Customer]) -> list[Customer]:
        since = self.rehearsal.holders(kind, form)
        ids = [each.id for each in known if since.get(each.id, True)]
        ids += [customer_id for customer_id, holds in since.items() if holds and customer_id not in ids]
        return [customer for each in ids if (customer := self._customer(each))]

    def _customer(self, customer_id: str) -> Customer | None:
        return self.rehearsal.customer(customer_id) or self.found.customers.get(customer_id)

    def _newest(self, customer: Customer | None) -> Customer | None:
        return (self.rehearsal.customer(customer.id) or customer) if customer else None


@dataclass(frozen=True)
class RehearsedConsents:
    """Consents in a dry run; `known` reads those of a customer who is in the table."""

    rehearsal: Rehearsal
    known: Callable[[str], Consents]

    def current(self, customer_id: str) -> Consents:
        """What holds now."""
        return self.rehearsal.consents(customer_id) or self.known(customer_id)

    def add(
        self,
        customer_id: str,
        before: Consents,  # noqa: ARG002 -- as the store has it
        after: Consents,
        said: Sequence[Consent],  # noqa: ARG002 -- only what holds counts here
        *,
        archived_too: bool,  # noqa: ARG002 -- as the store has it
    ) -> None:
        """What holds from now on."""
        self.rehearsal.put_consents(customer_id, after)


def _held(customer: Customer) -> Iterator[tuple[str, str]]:
    yield from (("phone", number) for number in customer.numbers)
    yield from (("email", address) for address in customer.addresses)
    if customer.doc.get("external_id"):
        yield "external", str(customer.doc["external_id"])


def _customer(kept: dict[str, Any]) -> Customer:
    return Customer(**{**kept, "tags": tuple(kept["tags"])})
