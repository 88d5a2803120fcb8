"""What people said: consents word by word and what they come to, and addresses to which nothing is sent.

In doubt nothing is sent: a word that stands in one place only is written in the other one, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from chalicelib.domain.consents.model import Consents
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.signature import Signature
from chalicelib.domain.suppressions.model import Suppression
from chalicelib.repos import consent_items, keys, suppression_items
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item
from tools.table_check.aggregate import Aggregate
from tools.table_check.finding import Finding, change, put
from tools.table_check.items import Items
from tools.table_check.rule import Rule

REPAIR = "sys_restore"
RECORD = keys.consent("", "").sk
GIVEN_UP = frozenset(("customer_changed", "customer_archived", "customer_restored"))  # a number may have gone with it


class Said(Rule):
    """Words and marks that stand in one of two places only."""

    def look(self, record: Aggregate) -> Iterator[Finding]:
        """The words of one customer, and the marks on the profile."""
        yield from _consents(record)
        if record.customer is not None:
            yield from _marks(self.items, record.customer)

    def end(self) -> Iterator[Finding]:
        """The suppressed addresses."""
        return _suppressions(self.items)


def _consents(record: Aggregate) -> Iterator[Finding]:
    """What holds now is what all words together come to, in whatever order they are read."""
    folded = Consents()
    for _, item in record.of(RECORD):
        folded = folded.with_word(consent_items.from_record(item))
    key = keys.consents(record.pk)
    there = record.get(key.sk)
    state = consent_items.from_state(there)
    for said in state.latest.values():
        place = keys.consent(record.pk, said.id)
        if record.get(place.sk) is None:
            folded = folded.with_word(said)
            what = "the customer's word is not among all that was said"
            yield Finding("consents", place, what, put(place, consent_items.record_attributes(said), None))
    if folded.latest != state.latest:
        right = consent_items.state_attributes(replace(folded, version=state.version + 1))
        yield Finding("consents", key, "is not what the customer's words come to", put(key, right, there))


def _marks(items: Items, customer: Customer) -> Iterator[Finding]:
    """Who is marked holds the address, which is suppressed for the reason that stands there."""
    key = keys.profile(customer.id)
    for (channel, address), mark in customer.suppressed.items():
        place = keys.suppression(channel, address)
        name = suppression_items.mark_name(channel, address)
        found = items.get(place)
        if customer.status != "active" or address not in (*customer.numbers, *customer.addresses):
            what = "a mark of an address that the customer does not hold"
            yield Finding("suppressions", key, what, change(key, {name: None}))
        elif found is None:
            yield Finding(
                "suppressions", place, "is marked on a profile only", put(place, _made(customer, place, mark), None)
            )
        else:
            yield from _same(key, name, suppression_items.from_item(found), customer, mark)


def _same(key: Key, name: str, known: Suppression, customer: Customer, mark: Mapping[str, str]) -> Iterator[Finding]:
    right = suppression_items.mark(known)
    if mark != {"reason": known.reason, "at": known.by.at}:
        yield Finding(
            "suppressions", key, "a mark says something else than the suppression", change(key, {name: right})
        )
    if customer.id not in known.marked:
        place = suppression_items.key(known)
        after = replace(known, version=known.version + 1, marked=(*known.marked, customer.id))
        before = {"version": known.version}
        what = "does not know whose profile it marked"
        yield Finding("suppressions", place, what, put(place, suppression_items.attributes(after), before))


def _suppressions(items: Items) -> Iterator[Finding]:
    """No mark gets lost; but who gave an address up and got it back is not marked anew."""
    for key, item in items.under(keys.suppressions("")):
        known = suppression_items.from_item(item)
        name = suppression_items.mark_name(known.channel, known.address)
        for customer_id in known.marked:
            place = keys.profile(customer_id)
            profile = items.get(place)
            customer = Aggregate(customer_id, {keys.PROFILE: profile}).customer if profile else None
            if customer is None:
                continue
            if (known.channel, known.address) not in customer.suppressed and _kept_it(items, customer, known):
                mend = change(place, {name: suppression_items.mark(known)})
                yield Finding("suppressions", key, f"is not marked on {customer_id}", mend)


def _kept_it(items: Items, customer: Customer, known: Suppression) -> bool:
    """Whether the customer has held the address ever since it was suppressed."""
    if customer.status != "active" or known.address not in (*customer.numbers, *customer.addresses):
        return False
    partition = items.partition(customer.id)
    return not any(
        item["kind"] in GIVEN_UP and json.loads(item["doc"])["at"] >= known.by.at
        for _, item, _ in Aggregate(customer.id, partition).events
    )


def _made(customer: Customer, place: Key, mark: Mapping[str, str]) -> Item:
    """The suppression that a mark tells of; its id is the customer's, so the same repair makes the same one."""
    return suppression_items.attributes(
        Suppression(
            id=f"sup_{customer.id.partition('_')[2]}",
            channel=place.pk.partition("#")[2],
            address=place.sk,
            reason=mark["reason"],
            by=Signature(REPAIR, "Restore", mark["at"]),
            version=1,
            message_id=None,
            note="Found on a profile after a restore",
            marked=(customer.id,),
        )
    )
