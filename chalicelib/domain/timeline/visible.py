"""Whose words each person reads on a timeline."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.domain.call import Actor
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.messages.visible import sees_all, sees_customer

Entry = Mapping[str, Any]
OF_MESSAGES = "message_"
WORDS = "text"


def worded(actor: Actor, entries: Sequence[Entry], customer: Callable[[], Customer]) -> list[Entry]:
    """The entries, without the words of messages that the person may not read; the customer is read only if it matters.

    That there was a message stays, as for analysts.
    """
    if sees_all(actor) or not any(_of_others(actor, entry) for entry in entries) or sees_customer(actor, customer()):
        return list(entries)
    return [_wordless(entry) if _of_others(actor, entry) else entry for entry in entries]


def _of_others(actor: Actor, entry: Entry) -> bool:
    """Whether a message's words stand there, which somebody else wrote down."""
    written = str(entry["kind"]).startswith(OF_MESSAGES) and WORDS in entry["data"]
    return written and entry["actor"]["id"] != actor.id


def _wordless(entry: Entry) -> Entry:
    return {**entry, "data": {name: value for name, value in entry["data"].items() if name != WORDS}}
