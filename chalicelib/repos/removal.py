"""Customers whom a job made, and who are removed with everything that lies with them.

Whoever did something with a customer left an audit entry in their partition, so the partition itself tells whether
anybody but the job did.
"""

from collections.abc import Iterator, Sequence

from chalicelib.domain.undo.rows import Remains
from chalicelib.repos import keys
from chalicelib.repos.contact_findings import FindingWriter
from chalicelib.repos.customer_items import from_item, list_key
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, Range
from chalicelib.repos.transaction import Transaction

MOST_ITEMS = 80  # more than any job leaves in the partition of a customer whom it makes; all go in one transaction
FINDINGS = keys.findings("").sk
_WORD = keys.consent("", "").sk


class CreationWriter:
    """Customers whom a job made, within one transaction of the job that takes it back."""

    def __init__(self, work: Transaction, job_id: str, origin_id: str) -> None:
        self._work = work
        self._origin = f"{origin_id}."
        self._mine = f"{job_id}."
        self._items: list[Item] = []

    def look(self, customer_id: str, words: Sequence[str]) -> Remains | None:
        """What there is of the customer; None when they are gone."""
        page = self._work.table.query(Range(customer_id, limit=MOST_ITEMS + 1))
        self._items = page.items
        profile = next((item for item in page.items if item["sk"] == keys.PROFILE), None)
        if profile is None:
            return None
        since = [told for item in page.items for told in self._since(item, words)]
        if len(page.items) > MOST_ITEMS:
            since.append("a long history")
        put_away = any(item.get("request_id", "").startswith(self._mine) for item in page.items)
        return Remains(from_item(profile), since, put_away)

    def remove(self, remains: Remains) -> None:
        """Remove an archived customer with everything that was seen; run again when anything came meanwhile.

        Nothing of an archived profile changes without a new version, tags neither.
        """
        customer, place = remains.customer, keys.profile(remains.customer.id)
        self._work.delete(place, condition="version = :version", values={":version": customer.version})
        self._work.delete(list_key(customer))
        if customer.doc.get("external_id"):
            self._work.delete(keys.external_claim(customer.doc["external_id"]))
        self._consents(keys.consents(customer.id))
        for item in self._items:
            if item["sk"] == FINDINGS:
                FindingWriter(self._work).remove(item)
            elif item["sk"] not in (keys.PROFILE, keys.consents("").sk):
                self._work.delete(Key(item["pk"], item["sk"]))
        self._work.add(keys.customer_counter(customer.id), archived=-1)

    def _consents(self, key: Key) -> None:
        """Customers may end messages at any moment, also while they are archived: then it is decided anew."""
        held = next((item for item in self._items if item["sk"] == key.sk), None)
        if held is None:
            self._work.check(key, "attribute_not_exists(pk)")
        else:
            self._work.delete(key, condition="version = :seen", values={":seen": held["version"]})

    def _since(self, item: Item, words: Sequence[str]) -> Iterator[str]:
        """What an item tells of others; nothing when the job itself left it there."""
        kind = item["sk"]
        if kind in (keys.PROFILE, keys.consents("").sk, FINDINGS):  # who dismissed a finding left an audit entry
            return
        if kind.startswith((keys.EVENT, keys.SYSTEM_EVENT, keys.AUDIT)):
            if not item["request_id"].startswith((self._origin, self._mine)):
                yield str(item.get("kind") or item["action"])
        elif not (kind.startswith(_WORD) and kind.removeprefix(_WORD) in words):
            yield kind.partition("#")[0].lower()


class MarkEraser:
    """Marks of imported rows, within one transaction."""

    def __init__(self, work: Transaction) -> None:
        self._work = work

    def forget(self, digest: str) -> None:
        """Let a row of this content be imported again."""
        self._work.delete(keys.imported(digest))
