"""Numbers, addresses and external ids: each that is held has one claim, whose owner holds it, with the right count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from chalicelib.domain.customers.model import Customer
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item
from tools.table_check.aggregate import Aggregate
from tools.table_check.finding import Finding, facts, put, remove
from tools.table_check.items import Items
from tools.table_check.rule import Rule

CLAIMED = ("PHONE#", "EMAIL#", "EXTERNAL#")
ROWS = keys.imported("").pk


class Claims(Rule):
    """Claims that are missing, that count wrong or name a wrong owner, and claims of what nobody holds."""

    def prepare(self) -> None:
        """Who holds what."""
        self._holders: dict[Key, list[str]] = defaultdict(list)

    def look(self, record: Aggregate) -> Iterator[Finding]:
        """Remember what the customer holds."""
        if record.customer is not None:
            for key in _claimed(record.customer):
                self._holders[key].append(record.pk)
        return iter(())

    def end(self) -> Iterator[Finding]:
        """Compare with the claims."""
        for key, held_by in self._holders.items():
            yield from _claim(key, held_by, self.items.get(key))
        for prefix in CLAIMED:
            for key, _ in self.items.under(prefix):
                if key.sk == keys.CLAIM and key not in self._holders:
                    yield Finding("claims", key, "is claimed, and nobody holds it", remove(key))
        yield from _rows(self.items)


def _claimed(customer: Customer) -> Iterator[Key]:
    if customer.doc.get("external_id"):
        yield keys.external_claim(customer.doc["external_id"])
    if customer.status == "active":
        yield from map(keys.phone_claim, customer.numbers)
        yield from map(keys.email_claim, customer.addresses)


def _claim(key: Key, held_by: list[str], there: Item | None) -> Iterator[Finding]:
    """An external id is one customer's alone; the oldest holder of a number owns it, unless another one does."""
    external = key.pk.startswith(keys.external_claim("").pk)
    owner = there["holder"] if there and there["holder"] in held_by else min(held_by)
    right: Item = {"holder": owner} if external else {"holder": owner, "holders": len(held_by)}
    if external and len(held_by) > 1:
        yield Finding("claims", key, f"{len(held_by)} customers have one external id: {', '.join(held_by)}")
    if there is None or facts(there) != right:
        what = "is claimed by nobody" if there is None else "names a wrong owner or counts wrong"
        yield Finding("claims", key, what, put(key, right, there))


def _rows(items: Items) -> Iterator[Finding]:
    for key, item in items.under(ROWS):
        if items.get(keys.profile(item["holder"])) is None:
            yield Finding("claims", key, "an imported row made a customer who is not there", remove(key))
