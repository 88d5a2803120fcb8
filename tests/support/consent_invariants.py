"""What must hold of consents, suppressed addresses and devices in the whole table."""

from collections import Counter, defaultdict

from chalicelib.domain.consents.model import Consents
from chalicelib.domain.devices.model import MOST_DEVICES
from chalicelib.repos import consent_items, customer_items, keys, suppression_items
from chalicelib.repos.keys import Key
from chalicelib.repos.reach import DEVICE
from chalicelib.repos.table import Item

RECORD = keys.consent("", "").sk
TOKEN = keys.device_token("").pk


def check(items: dict[Key, Item]) -> None:
    """Raise AssertionError for the first thing that does not hold."""
    _consents(items)
    _marks(items)
    _devices(items)


def _consents(items: dict[Key, Item]) -> None:
    """What holds now is what all words together come to, in whatever order they are read."""
    folded: dict[str, Consents] = defaultdict(Consents)
    for key, item in items.items():
        if key.sk.startswith(RECORD):
            folded[key.pk] = folded[key.pk].with_word(consent_items.from_record(item))
    states = {key.pk: consent_items.from_state(item) for key, item in items.items() if key == keys.consents(key.pk)}
    assert set(states) == set(folded), f"consents of {set(states) ^ set(folded)}"
    for customer_id, state in states.items():
        assert state.latest == folded[customer_id].latest, f"consents of {customer_id} differ from what was said"


def _marks(items: dict[Key, Item]) -> None:
    """Who is marked holds the address, which is suppressed for the reason that stands there; no mark gets lost."""
    for key, item in items.items():
        if key.sk == keys.PROFILE:
            customer = customer_items.from_item(item)
            for (channel, address), mark in customer.suppressed.items():
                known = suppression_items.from_item(items[keys.suppression(channel, address)])
                assert (customer.status, mark["reason"], mark["at"]) == ("active", known.reason, known.by.at)
                assert customer.id in known.marked
                assert address in (*customer.numbers, *customer.addresses), f"{customer.id} gave {channel} up"
        elif key.pk.startswith(keys.suppressions("")):
            known = suppression_items.from_item(item)
            for customer_id in known.marked:
                customer = customer_items.from_item(items[keys.profile(customer_id)])
                # At version 1 nothing was ever given up; who did, and got it back, is not marked anew.
                assert customer.version > 1 or (known.channel, known.address) in customer.suppressed


def _devices(items: dict[Key, Item]) -> None:
    """Each device holds its token, each token is held by one device, and profiles count them."""
    devices = {key: item for key, item in items.items() if key.sk.startswith(DEVICE)}
    tokens = {key: item for key, item in items.items() if key.pk.startswith(TOKEN)}
    assert {keys.device_token(item["digest"]) for item in devices.values()} == set(tokens)
    for item in tokens.values():
        assert keys.device(item["customer_id"], item["device_id"]) in devices
    assert len(tokens) == len(devices)
    counted = Counter(key.pk for key in devices)
    for key, item in items.items():
        if key.sk == keys.PROFILE:
            assert item.get("devices_count", 0) == counted[key.pk] <= MOST_DEVICES, f"devices of {key.pk}"
