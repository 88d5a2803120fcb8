"""Who of the customers may be somebody that is being entered: a few Queries on the entries that lead to customers.

At most six: the number, the address, three for the longest word of the name (as typed, its first two letters, its last
two) and the day of birth. Each reads a bounded number of entries; in a shop with thousands of one name those who share
nothing but the name are found in part, which a name alone is worth.
"""

from collections.abc import Iterator, Sequence

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.duplicates.model import pair_id
from chalicelib.domain.duplicates.sounds import Alike, names_alike
from chalicelib.domain.duplicates.traits import Traits
from chalicelib.domain.text import words
from chalicelib.repos import keys
from chalicelib.repos.customer_items import from_item
from chalicelib.repos.table import Range, Table

HOLDERS = 25  # of one number or address
ENTRIES = 500  # examined by one Query for a name, or for a day of birth
MOST = 50  # customers that are read and compared
FIELDS = ("sk", "words")
_ENDS = 2  # letters: one edit in a word of five leaves the first or the last two


class Candidates:
    """Finds customers to compare with."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def like(self, asked: Traits) -> tuple[list[Customer], set[str]]:
        """Active customers to compare with, and which of their pairs with `asked` are known to be two people."""
        found = dict.fromkeys((*self._holders(asked), *self._born(asked), *self._named(asked)))
        found.pop(asked.id, None)
        ids = list(found)[:MOST]
        pairs = {keys.duplicate(pair_id(asked.id, each)): each for each in ids} if asked.id else {}
        items = self._table.get_many([*map(keys.profile, ids), *pairs])
        people = [from_item(items[key]) for key in map(keys.profile, ids) if key in items]
        told = {other for key, other in pairs.items() if key in items and items[key]["status"] == "different"}
        return [customer for customer in people if customer.status == "active"], told

    def _holders(self, asked: Traits) -> Iterator[str]:
        for number in asked.phones:
            key = keys.phone_holder(number, "")
            for item in self._table.query(Range(key.pk, begins=key.sk, limit=HOLDERS, fields=("sk",))).items:
                yield item["sk"].rpartition("#")[2]
        for address in asked.emails:
            holders = Range(keys.email_claim(address).pk, begins="cus_", limit=HOLDERS, fields=("sk",))
            yield from (item["sk"] for item in self._table.query(holders).items)

    def _born(self, asked: Traits) -> Iterator[str]:
        if not asked.birthday or not asked.person:
            return
        month, day = asked.birthday[-5:-3], asked.birthday[-2:]
        wanted = Range(keys.birthday_partition(month), begins=f"{day}#", limit=ENTRIES)
        for item in self._table.query(wanted).items:
            if _alike(asked, words(item["name"])):
                yield item["sk"].rpartition("#")[2]

    def _named(self, asked: Traits) -> Iterator[str]:
        names = (*asked.given, *asked.family) or tuple(asked.company.split())
        if not names:
            return
        word = max(names, key=len)
        ranges = [_beginning(word)]
        if len(word) > _ENDS:
            backwards = keys.name_word_reversed(word[-_ENDS:], "")
            ending = Range(backwards.pk, begins=word[-_ENDS:][::-1], limit=ENTRIES, fields=FIELDS)
            ranges += [_beginning(word[:_ENDS]), ending]
        for wanted in ranges:
            for item in self._table.query(wanted).items:
                if _alike(asked, item["words"].split(" ")):
                    yield item["sk"].rpartition("#")[2]


def _beginning(start: str) -> Range:
    return Range(keys.name_word(start, "").pk, begins=start, limit=ENTRIES, fields=FIELDS)


def _alike(asked: Traits, name: Sequence[str]) -> bool:
    """Whether a customer of this name is worth reading."""
    typed = (*asked.given, *asked.family) or tuple(asked.company.split())
    alike = names_alike(typed, name)
    return alike is not None and alike >= Alike.PART
