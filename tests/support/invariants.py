"""What must hold of the whole table after any test that writes.

The checks read the items, not the code's own answers: index entries, claims, counters and the pairs of timeline and
audit entries are counted from scratch.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from chalicelib.domain.customers.model import Customer
from chalicelib.repos import customer_items, keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, Table, decode
from tests.support import consent_invariants, message_invariants

ENTRY_KINDS = ("NAME#", "EMAN#", "PHONES#", "TAG#", "CITY#", "EMAIL#", "CUSTOMERS#", "BIRTHDAYS#")


def everything(table: Table) -> Iterator[Item]:
    """Every item; only tests scan."""
    arguments: dict[str, Any] = {"ConsistentRead": True}
    while True:
        answer = table.send("scan", **arguments)
        yield from map(decode, answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def check(table: Table) -> None:
    """Raise AssertionError for the first thing that does not hold."""
    items = {Key(item["pk"], item["sk"]): item for item in everything(table)}
    customers = [customer_items.from_item(item) for key, item in items.items() if key.sk == keys.PROFILE]
    _entries(items, customers)
    _claims(items, customers)
    _counters(items, customers)
    _counts(items, customers)
    _audited(items)
    consent_invariants.check(items)
    message_invariants.check(items)


def _entries(items: dict[Key, Item], customers: list[Customer]) -> None:
    """A customer is found under exactly the entries that its fields say."""
    expected: dict[Key, Item] = {}
    for customer in customers:
        expected |= customer_items.entries(customer)
        expected[customer_items.list_key(customer)] = customer_items.list_attributes(customer)
    actual = {key for key in items if key.pk.startswith(ENTRY_KINDS) and key.sk != keys.CLAIM}
    assert actual == set(expected), f"index entries differ: {actual ^ set(expected)}"
    for key, attributes in expected.items():
        kept = {name: value for name, value in attributes.items() if value is not None}
        found = {name: value for name, value in items[key].items() if name not in ("pk", "sk")}
        assert found == kept, f"{key} holds {found}, not {kept}"


def _claims(items: dict[Key, Item], customers: list[Customer]) -> None:
    """Every number and address of an active customer has one claim, owned by a holder, with the right count."""
    holders: dict[Key, list[str]] = defaultdict(list)
    external: dict[Key, str] = {}
    for customer in customers:
        if customer.doc.get("external_id"):
            external[keys.external_claim(customer.doc["external_id"])] = customer.id
        if customer.status == "active":
            for number in customer.numbers:
                holders[keys.phone_claim(number)].append(customer.id)
            for address in customer.addresses:
                holders[keys.email_claim(address)].append(customer.id)
    imported = keys.imported("").pk
    claims = {key: item for key, item in items.items() if key.sk == keys.CLAIM and not key.pk.startswith(imported)}
    assert set(claims) == set(holders) | set(external), f"claims differ: {set(claims) ^ set(holders) ^ set(external)}"
    for key, held_by in holders.items():
        assert claims[key]["holders"] == len(held_by), f"{key} counts wrong"
        assert claims[key]["holder"] in held_by, f"{key} belongs to nobody who holds it"
    for key, customer_id in external.items():
        assert claims[key]["holder"] == customer_id


def _counters(items: dict[Key, Item], customers: list[Customer]) -> None:
    kept = Counter[str]()
    for key, item in items.items():
        if key.pk == "COUNTERS" and key.sk.startswith("customers#"):
            kept["active"] += int(item.get("active", 0))
            kept["archived"] += int(item.get("archived", 0))
    assert +kept == Counter(customer.status for customer in customers)


def _counts(items: dict[Key, Item], customers: list[Customer]) -> None:
    """The profile counts its records."""
    kinds = {"NOTE#": "notes", "CALL#": "calls", "INQUIRY#": "inquiries", "REMINDER#": "reminders"}
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for key, item in items.items():
        for kind, name in kinds.items():
            if key.sk.startswith(kind) and item.get("status") != "withdrawn":
                counted[key.pk][name] += 1
    for customer in customers:
        assert +Counter(customer.counts) == +counted[customer.id], f"{customer.id} counts {customer.counts}"


def _audited(items: dict[Key, Item]) -> None:
    """Every event of a customer was written by a request that left an audit entry of the same record."""
    audited = {(key.pk, item["request_id"]) for key, item in items.items() if key.sk.startswith(keys.AUDIT)}
    for key, item in items.items():
        if key.sk.startswith((keys.EVENT, keys.SYSTEM_EVENT)):
            assert (key.pk, item["request_id"]) in audited, f"no audit entry for {item['kind']} of {key.pk}"
