"""All of a shop's data, read a customer at a time: what an export without loss is made of."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.duplicates.model import customers_of
from chalicelib.repos import customer_items, keys, record_lines
from chalicelib.repos.duplicates import DuplicateReader
from chalicelib.repos.found import Position
from chalicelib.repos.import_mappings import MappingReader
from chalicelib.repos.keys import Key
from chalicelib.repos.record_lines import ONCE, Line, of_item
from chalicelib.repos.shop import read_shop
from chalicelib.repos.table import Item, Page, Range, Table
from chalicelib.repos.templates import TemplateReader
from chalicelib.repos.templates import from_item as template_of

AFTER_AUDIT = f"{keys.AUDIT}{keys.LAST}"  # values before and after lie first in a partition, and stay in it
CONSENT = keys.consent("", "").sk
BESIDE = (CONSENT, keys.PROFILE, ONCE)  # what comes before everything else of a customer
READERS = 8
PAIRS = 250  # of which the customers are looked for at once
TOGETHER = 24  # customers whose first megabyte is in memory at once


@dataclass(frozen=True)
class Listed:
    """Customers of one status and month, with the claims on what they hold, and where the month goes on."""

    customers: list[Customer]
    claims: Mapping[Key, Item]
    last: str | None


class Records:
    """Reads of everything."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def shop(self) -> Iterator[Line]:
        """What belongs to no customer: stores, settings, tags, templates, suppressed addresses, mappings."""
        shop = read_shop(self._table)
        yield from map(record_lines.location, shop.locations.values())
        if shop.settings_version:
            yield {"record": "settings", "version": shop.settings_version, **shop.settings}
        yield from map(record_lines.tag, shop.tags.values())
        yield from self._templates()
        for channel in ("email", "sms"):
            items = self._table.query_all(Range(keys.suppressions(channel)))
            yield from map(record_lines.suppression, items)
        yield from map(record_lines.mapping, MappingReader(self._table).all())

    def _templates(self) -> Iterator[Line]:
        """The newest version first: it is the one in use."""
        for template in TemplateReader(self._table).in_use():
            wanted = Range(template.id, begins="VERSION#", newest_first=True)
            for item in self._table.query_all(wanted):
                yield record_lines.template(template_of(template.id, item))

    def listed(self, status: str, month: str, after: str | None) -> Listed:
        """The next customers of a status and month."""
        partition = keys.listed(status, "", month).pk
        page = self._table.query(Range(partition, after=after, limit=TOGETHER, fields=("sk",)))
        profiles = self._table.get_many([keys.profile(item["sk"]) for item in page.items])
        found = [customer_items.from_item(item) for item in profiles.values()]
        held = [keys.phone_claim(number) for each in found for number in each.numbers]
        held += [keys.email_claim(address) for each in found for address in each.addresses]
        claims = self._table.get_many(list(dict.fromkeys(held)))
        return Listed(sorted(found, key=lambda each: each.id), claims, page.last)

    def of_customers(self, listed: Listed) -> Iterator[tuple[str, Iterator[Line]]]:
        """The lines of each customer."""
        with ThreadPoolExecutor(READERS) as pool:
            pages = list(pool.map(self._first, [each.id for each in listed.customers]))
        for customer, page in zip(listed.customers, pages, strict=True):
            yield customer.id, self._lines(customer.id, page, listed.claims)

    def pairs(self, status: str, position: Position | None) -> tuple[Iterator[Line], Position | None]:
        """The next pairs of a status whose customers are both there, and where the queue goes on."""
        reader = DuplicateReader(self._table)
        found, following = reader.page(status, PAIRS, position)
        there = reader.customers_of(found)
        return map(
            record_lines.duplicate, (each for each in found if there.keys() >= {*customers_of(each.id)})
        ), following

    def _first(self, customer_id: str) -> Page:
        return self._table.query(Range(customer_id, after=AFTER_AUDIT))

    def _lines(self, customer_id: str, page: Page, claims: Mapping[Key, Item]) -> Iterator[Line]:
        beside = self._beside(customer_id, page)
        profile = next((item for item in beside if item["sk"] == keys.PROFILE), None)
        if profile is None:
            return
        yield record_lines.customer(profile, claims, beside)
        yield from _consents(customer_id, beside)
        for item in self._rest(customer_id, page):
            if record_lines.is_open(item):
                yield self._with_told(item)
            elif line := of_item(item):
                yield line

    def _beside(self, customer_id: str, page: Page) -> Sequence[Item]:
        if page.last is None:
            return [item for item in page.items if item["sk"].startswith(BESIDE)]
        return [item for begins in BESIDE for item in self._table.query_all(Range(customer_id, begins=begins))]

    def _rest(self, customer_id: str, page: Page) -> Iterator[Item]:
        yield from page.items
        if page.last is not None:
            yield from self._table.query_all(Range(customer_id, after=page.last))

    def _with_told(self, item: Item) -> Line:
        entry = self._table.get(record_lines.told_key(item)) or {}
        write = record_lines.reminder if item["sk"].startswith("REMINDER#") else record_lines.inquiry
        return write(item, entry.get("told", ()))


def _consents(customer_id: str, beside: Sequence[Item]) -> Iterator[Line]:
    """The latest words first: what was taken back is known before what had been given."""
    words = sorted((item for item in beside if item["sk"].startswith(CONSENT)), key=_written, reverse=True)
    for _, group in groupby(words, key=lambda item: _written(item)[:2]):
        yield record_lines.consents(customer_id, group)


def _written(item: Item) -> tuple[Any, ...]:
    said = record_lines.consents(item["pk"], [item])["said"][0]
    return said["recorded_at"], said["recorded_by"]["id"], said["id"]
