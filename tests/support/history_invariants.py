"""What must hold of all histories: what is open is marked and listed, what is closed is not, and no words linger."""

import json

from chalicelib.repos import inquiry_items, keys, reminder_items
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, Table
from tests.support.invariants import everything

LISTED = ("REMINDERS#", "INQUIRIES#")
BESIDE = ("pk", "sk", "told")  # an entry also remembers whom the follow-up sweep told of it


def check(table: Table) -> None:
    """Raise AssertionError for the first thing that does not hold."""
    items = {Key(item["pk"], item["sk"]): item for item in everything(table)}
    _entries(items)
    _notes(items)
    _answers(items)


def _entries(items: dict[Key, Item]) -> None:
    """Markers and lists hold exactly what the inquiries and reminders say."""
    expected: dict[Key, Item] = {}
    for key, item in items.items():
        if key.sk.startswith("INQUIRY#"):
            expected |= inquiry_items.open_entries(inquiry_items.from_item(item))
        elif key.sk.startswith("REMINDER#"):
            expected |= reminder_items.entries(reminder_items.from_item(item))
    markers = keys.open_item("", "").sk
    actual = {key for key in items if key.sk.startswith(markers) or key.pk.startswith(LISTED)}
    assert actual == set(expected), f"open entries differ: {actual ^ set(expected)}"
    for key, attributes in expected.items():
        found = {name: value for name, value in items[key].items() if name not in BESIDE}
        assert found == attributes, f"{key} holds {found}, not {attributes}"


def _notes(items: dict[Key, Item]) -> None:
    """The timeline says what the note says, and nothing when it was withdrawn."""
    for key, item in items.items():
        if key.sk.startswith("NOTE#"):
            content = json.loads(items[keys.event(key.pk, item["event_id"], "staff")]["content"])
            assert content.get("text") == json.loads(item["doc"])["text"], f"{key} and its event differ"


def _answers(items: dict[Key, Item]) -> None:
    """A call answers what it says it answered, unless that was reopened since."""
    for key, item in items.items():
        if key.sk.startswith("CALL#"):
            for inquiry_id in json.loads(item["doc"])["answered"]:
                assert int(items[keys.owned(key.pk, "INQUIRY", inquiry_id)]["version"]) > 1
