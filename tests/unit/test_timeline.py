"""Whose words people read on a timeline."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.call import Actor
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.timeline.visible import worded
from tests.support.history import ASHA

MEERA = Actor("usr_meera", "Meera", frozenset(("sales",)))
MANAGER = Actor("usr_priya", "Priya", frozenset(("manager",)))
LETTER = {"kind": "message_received", "actor": {"id": "usr_ravi"}, "data": {"message_id": "msg_1", "text": "Call me"}}
WORDLESS = {**LETTER, "data": {"message_id": "msg_1"}}
OWN = {**LETTER, "actor": {"id": "usr_meera"}}
NOTE = {"kind": "note_added", "actor": {"id": "usr_ravi"}, "data": {"text": "Likes rubies"}}
SENT = {**WORDLESS, "kind": "message_sent"}


def of(assignee: str | None) -> Customer:
    return replace(ASHA, doc={**ASHA.doc, "assignee": assignee})


@pytest.mark.parametrize("assignee", ["usr_meera", None])
def test_words_to_customers_of_their_own_or_of_nobody_are_read(assignee: str | None) -> None:
    assert worded(MEERA, [NOTE, LETTER], lambda: of(assignee)) == [NOTE, LETTER]


def test_of_a_colleagues_customer_people_read_their_own_words_and_that_there_were_others() -> None:
    entries = [NOTE, LETTER, OWN, SENT]
    assert worded(MEERA, entries, lambda: of("usr_ravi")) == [NOTE, WORDLESS, OWN, SENT]
    assert worded(MANAGER, entries, lambda: of("usr_ravi")) == entries


@pytest.mark.parametrize(
    ("actor", "entries"), [(MANAGER, [LETTER]), (MEERA, [NOTE, OWN, SENT]), (MEERA, [])], ids=["manager", "own", "none"]
)
def test_the_customer_is_read_only_if_it_matters(actor: Actor, entries: list[dict[str, Any]]) -> None:
    def read() -> Customer:
        raise AssertionError("nobody asked whose customer it is")

    assert worded(actor, entries, read) == entries
