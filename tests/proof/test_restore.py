"""All of a shop's data comes out and goes into an empty table: the two tables are the same, item by item."""

from typing import Any

import pytest

from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item
from chalicelib.wiring.store import table
from tests.support import contacts, history_invariants, invariants, restoring
from tests.support.sweeping import own_table

pytestmark = pytest.mark.emulator


KINDS = ("NOTE#", "CALL#", "INQUIRY#", "REMINDER#", "CONSENT#", "MESSAGE#", "EVENT#", "SYSTEM#", "ONCE#birthday#")
BESIDE = ("PROFILE#OPEN#rem_", "PROFILE#OPEN#inq_", "PROFILE#CONSENTS", "PROFILE#SENDS", "PROFILE#DEVICE#", "FINDINGS")
PARTITIONS = (
    *("SUPPRESSIONS#", "DEVICES#", "MESSAGES#", "BIRTHDAYS#", "CITY#", "TAG#", "NAME#", "EMAN#", "PHONES#"),
    *("PHONE#", "EMAIL#", "EXTERNAL#", "CUSTOMERS#active", "CUSTOMERS#archived", "COUNTERS", "REMINDERS#open"),
    *("REMINDERS#done", "INQUIRIES#open", "TEMPLATES", "TEMPLATENAMES", "SHOP", "MAPPINGS"),
    *("CONTACT", "CONTACT#open", "CONTACT#dismissed", "dup_", "DUPLICATES#open#", "DUPLICATES#different#"),
)


def _holds_all(items: dict[Key, Item]) -> None:
    """There is something to lose of every kind."""
    for kind in (*KINDS, *BESIDE):
        assert any(key.sk.startswith(kind) for key in items), kind
    for partition in PARTITIONS:
        assert any(key.pk.startswith(partition) for key in items), partition
    assert any(item.get("told") for item in items.values())
    assert any(name.startswith("suppressed:") for item in items.values() for name in item)
    assert any(item.get("verified_at") for item in items.values())


def test_everything_comes_back_as_it_was(deployment: dict[str, str], admin: Any) -> None:
    with own_table("facet-restore-from"):
        me = admin.get("/v1/me").json["id"]
        full = restoring.a_shop(admin, me)["full"]
        restoring.swept()
        restoring.looked_over(admin, full)
        content = restoring.taken_out(admin)
        before = restoring.snapshot()
    _holds_all(before)
    with own_table("facet-restore-to"):
        done = restoring.put_in(deployment, admin, content)
        assert (done["status"], done["rejected"], done["unchanged"]) == ("done", 0, 0), restoring.rejected(admin, done)
        assert done["created"] == done["rows"] == len(content.splitlines())
        after = restoring.snapshot()
        assert set(after) == set(before), set(after) ^ set(before)
        for key, item in before.items():
            assert after[key] == item, key
        invariants.check(table())
        history_invariants.check(table())
        contacts.consistent([key.pk for key in after if key.sk == keys.PROFILE])
        assert restoring.taken_out(admin) == content
        again = restoring.put_in(deployment, admin, content)
        assert (again["unchanged"], again["created"]) == (again["rows"], 0), again
        assert restoring.snapshot() == after
