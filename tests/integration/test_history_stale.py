"""What is written down about a customer once stays, and nothing is added to one who has been put away or removed."""

from dataclasses import replace
from functools import partial

import pytest

from chalicelib.domain.calls.model import PhoneCall
from chalicelib.domain.consents.model import Consent, Consents
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.ids import new_id
from chalicelib.domain.signature import Signature
from chalicelib.repos.birthdays import AlreadyDone, NotActive, mark_done
from chalicelib.repos.calls import CallWriter
from chalicelib.repos.consents import ConsentReader, ConsentWriter
from chalicelib.repos.correspondence import Correspondence
from chalicelib.repos.messages import AlreadyThere
from chalicelib.repos.transaction import Transaction
from tests.support.stale import begun, named, refused, written
from tests.support.world import World

NOBODY = f"cus_{'0' * 26}"
AT = "2026-11-23T10:00:00.000Z"


def _see_to(customer_id: str, work: Transaction) -> None:
    mark_done(work, customer_id, 2027)


def _log(customer: Customer, call: PhoneCall, work: Transaction) -> None:
    CallWriter(work).add(customer, call)


def _a_word(customer_id: str, consent_id: str, *, granted: bool = False) -> Consent:
    signed = ("usr_test", "Test")
    return Consent(consent_id, customer_id, "email", "promotions", granted, "phone", None, AT, AT, signed)


def _say(before: Consents, word: Consent, work: Transaction, *, archived_too: bool = False) -> None:
    writer = ConsentWriter(work)
    writer.add(word.customer_id, before, before.with_word(word), [word], archived_too=archived_too)


def test_a_birthday_is_seen_to_once_a_year(world: World) -> None:
    meera = named(world, "Meera").id
    work = begun(world, partial(_see_to, meera))
    written(world, partial(_see_to, meera))
    refused(world, work, AlreadyDone)


def test_the_birthday_of_a_customer_who_was_archived_meanwhile_is_left_alone(world: World) -> None:
    zoya = named(world, "Zoya").id
    refused(world, begun(world, partial(_see_to, zoya)), NotActive)
    refused(world, begun(world, partial(_see_to, NOBODY)), NotFound)


def test_a_call_is_never_written_over_another(world: World) -> None:
    meera = named(world, "Meera")
    signed = Signature("usr_test", "Test", AT)
    call = PhoneCall(new_id("cal", world.clock.now), meera.id, "in", 60, "Will visit", meera.last_contact_at, signed)
    written(world, partial(_log, meera, call))
    refused(world, begun(world, partial(_log, meera, replace(call, outcome="Will not"))))


@pytest.mark.parametrize("name", ["Meera", "Kiran"], ids=["after others", "the first"])
def test_of_two_words_at_once_the_second_is_weighed_against_the_first(world: World, name: str) -> None:
    customer_id = named(world, name).id
    before = ConsentReader(world.table).current(customer_id)
    yes, no = (_a_word(customer_id, new_id("con", world.clock.now), granted=granted) for granted in (True, False))
    work = begun(world, partial(_say, before, yes))
    written(world, partial(_say, before, no))
    refused(world, work)
    assert ConsentReader(world.table).current(customer_id).withdrawn("email", "promotions")


def test_a_word_is_never_written_over_another(world: World) -> None:
    meera = named(world, "Meera").id
    before = ConsentReader(world.table).current(meera)
    known = next(iter(before.latest.values()))
    refused(world, begun(world, partial(_say, before, _a_word(meera, known.id))))


def test_a_customer_who_was_removed_meanwhile_says_nothing(world: World) -> None:
    word = _a_word(NOBODY, new_id("con", world.clock.now))
    refused(world, begun(world, partial(_say, Consents(), word, archived_too=True)), NotFound)


@pytest.mark.parametrize("customer_id", ["", "x" * 3000], ids=["empty", "too long for a key"])
def test_what_is_no_id_of_a_customer_is_not_looked_up(world: World, customer_id: str) -> None:
    with pytest.raises(NotFound):
        ConsentReader(world.table).customer(customer_id)


@pytest.mark.parametrize("at", [None, "2020-01-01T00:00:00.000Z"])
def test_nothing_is_sent_to_a_customer_who_was_archived_meanwhile(world: World, at: str | None) -> None:
    meera = named(world, "Meera")
    work = begun(world, lambda work: Correspondence(work).contact(meera, at))
    assert world.api("manager").delete(f"/v1/customers/{meera.id}").status == 204
    refusal = refused(world, work, Conflict)
    assert (refusal.code, refusal.conflict_id) == ("archived", meera.id)


def test_what_happens_once_for_a_customer_does_not_happen_again(world: World) -> None:
    meera = named(world, "Meera").id
    work = begun(world, lambda work: Correspondence(work).once(meera, "text#1"))
    written(world, lambda work: Correspondence(work).once(meera, "text#1"))
    refused(world, work, AlreadyThere)
