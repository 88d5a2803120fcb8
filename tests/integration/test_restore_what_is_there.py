"""Importing all data into a shop that is at work: what is there stays, also what comes while a record is written."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from chalicelib.domain.call import Actor, Call
from chalicelib.domain.errors import Conflict, DomainError, Invalid, NotFound
from chalicelib.domain.restore import records
from chalicelib.handlers.exports_everything import Everything
from chalicelib.repos import keys, record_lines
from chalicelib.repos.keys import Key
from chalicelib.repos.restore import restore
from chalicelib.repos.transaction import Retry, Transaction, commit_with_retry
from tests.support import stale
from tests.support.records import new_id
from tests.support.world import World

Line = dict[str, Any]
SHARED = "+919810000777"
# What another file says of a record of each kind.
OTHER: Mapping[str, Line] = {
    "settings": {"shop_name": "Other"},
    "location": {"name": "Other"},
    "tag": {"meaning": "Other"},
    "template": {"text": "Dear {{ first_name }}, stay at home."},
    "suppression": {"note": "Other"},
    "customer": {"version": 90},
    "note": {"text": "Other"},
    "call": {"outcome": "Other"},
    "inquiry": {"text": "Other"},
    "reminder": {"note": "Other"},
    "device": {"enabled": False},
    "message": {"version": 90},
    "event": {"summary": "Other"},
    "findings": {"version": 90},
    "duplicate": {"version": 90},
    "import_mapping": {"mapping": {"company": "Firma"}},
}


def taken_out(world: World, kind: str, **facts: Any) -> list[Line]:
    """The shop's records of a kind that say this, as its own export has them."""
    pieces = Everything(lambda: world.clock.now).pieces(None, ())
    lines = [record_lines.plain(line) for piece in pieces for line in piece.lines]
    return [line for line in lines if line["record"] == kind and facts.items() <= line.items()]


def begun(world: World, line: Line, attempt: int = 0) -> Transaction:
    """The writing of a record, before its commit."""
    return stale.begun(world, lambda work: restore(work, records.read(line), line), attempt)


def put_in(world: World, line: Line) -> bool:
    """Whether the record was written; its refusal is raised."""
    call = Call(Actor("usr_1", "Meera"), world.clock.now, new_id("req"))
    return commit_with_retry(world.table, call, lambda work: restore(work, records.read(line), line))


def refused(world: World, line: Line) -> DomainError:
    """Why the record is not written, and nothing else either."""
    before = world.items()
    with pytest.raises(DomainError) as refusal:
        put_in(world, line)
    assert world.items() == before
    return refusal.value


def of_another(line: Line, **facts: Any) -> Line:
    """The same about a customer whom nobody knows."""
    owner = str(line["id"] if line["record"] == "customer" else line["customer_id"]).removeprefix("cus_")
    text = json.dumps(line).replace(owner, new_id("cus").removeprefix("cus_"))
    return {**json.loads(text), **facts}


def gone(world: World, *places: Key) -> None:
    """A table without these items, as it is before their lines have come."""
    work = Transaction(world.table, Call(Actor("usr_1", "Meera"), world.clock.now, new_id("req")))
    for place in places:
        work.delete(place)
    work.commit()


@pytest.mark.parametrize("kind", [*OTHER, "consents"])
def test_a_record_that_is_there_stays_as_it_is(world: World, kind: str) -> None:
    lines = taken_out(world, kind)
    assert lines
    before = world.items()
    assert [put_in(world, line) for line in lines] == [False] * len(lines)
    assert world.items() == before
    for line in lines:
        said = {"said": [{**line["said"][0], "granted": not line["said"][0]["granted"]}]} if kind == "consents" else {}
        refusal = refused(world, {**line, **said, **OTHER.get(kind, {})})
        assert isinstance(refusal, Conflict)
        assert refusal.code == "differs"


@pytest.mark.parametrize("kind", ["note", "call", "inquiry", "reminder", "consents", "message", "event", "findings"])
def test_a_record_comes_after_its_customer(world: World, kind: str) -> None:
    line = of_another(taken_out(world, kind)[0])
    assert isinstance(refused(world, line), NotFound)


def test_a_withdrawn_note_comes_after_its_customer(world: World) -> None:
    note = taken_out(world, "note")[0]
    assert isinstance(refused(world, of_another(note, text=None, withdrawn=note["author"])), NotFound)


def test_settings_come_after_their_default_location(world: World) -> None:
    (line,) = taken_out(world, "settings")
    gone(world, keys.settings())
    refusal = refused(world, {**line, "default_location": new_id("loc")})
    assert isinstance(refusal, Invalid)
    assert [error.pointer for error in refusal.errors] == ["/default_location"]
    assert put_in(world, line) is True
    world.check()


@pytest.mark.parametrize("shared", ["external_id", "phones", "emails"])
def test_what_another_customer_holds_by_now_stays_theirs(world: World, shared: str) -> None:
    holder = world.records["cus"][0]
    (line,) = taken_out(world, "customer", id=holder)
    phones = [{"number": SHARED, "label": None, "e164": SHARED}]
    doc = {"phones": phones, "emails": [], "external_id": None, shared: line["doc"][shared]}
    refusal = refused(world, of_another(line, doc={**line["doc"], **doc}, marks=[], sends=None))
    assert isinstance(refusal, Conflict)
    assert (refusal.code, refusal.conflict_id) == ("duplicate", holder)


def test_a_template_does_not_take_the_name_of_another(world: World) -> None:
    (line,) = [each for each in taken_out(world, "template", name="autumn") if each["version"] == 1]
    refusal = refused(world, {**line, "id": new_id("tpl")})
    assert isinstance(refusal, Conflict)
    assert (refusal.code, refusal.conflict_id) == ("duplicate_template", line["id"])


def test_a_device_does_not_take_the_token_of_another(world: World) -> None:
    (line,) = taken_out(world, "device")
    refusal = refused(world, {**line, "id": new_id("dev"), "customer_id": world.records["cus"][1]})
    assert isinstance(refusal, Conflict)
    assert (refusal.code, refusal.conflict_id) == ("duplicate", line["customer_id"])


def test_a_customer_gets_no_more_devices_than_they_can_have(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.repos.restore_history.MOST_DEVICES", 1)
    (line,) = taken_out(world, "device")
    refusal = refused(world, {**line, "id": new_id("dev"), "digest": "0" * 64})
    assert isinstance(refusal, Conflict)
    assert refusal.code == "too_many"


def overtaken(world: World, line: Line, meanwhile: Callable[[], object]) -> None:
    """What is done between the reads and the commit of a record stays as it is, and the record is looked at again."""
    work = begun(world, line)
    meanwhile()
    before = world.items()
    with pytest.raises(Retry):
        work.commit()
    assert world.items() == before


def test_the_newest_version_of_a_template_stays_in_use(world: World) -> None:
    """Two files at once: the older version was looked at before the newest had come."""
    newest, older = sorted(taken_out(world, "template", name="autumn"), key=lambda each: -each["version"])
    name = next(Key(*place) for place, item in world.items().items() if item.get("template_id") == newest["id"])
    versions = [keys.template_version(each["id"], each["version"]) for each in (newest, older)]
    gone(world, keys.template(newest["id"]), name, *versions)
    overtaken(world, older, lambda: put_in(world, newest))
    assert put_in(world, older) is True
    shown = world.api("admin").get(f"/v1/templates/{newest['id']}").json
    assert (shown["version"], shown["text"]) == (newest["version"], newest["text"])


@pytest.mark.parametrize("spoken", [True, False])
def test_a_word_of_consent_that_comes_meanwhile_counts(world: World, spoken: bool) -> None:
    """Whether the customer has said something before or not."""
    place = 0 if spoken else 1
    customer = world.records["cus"][place]
    line = {**taken_out(world, "consents")[0], "customer_id": customer}
    line["said"] = [{**line["said"][0], "id": new_id("con"), "channel": "sms", "purpose": "service"}]
    word = {"channel": "email", "purpose": "occasions", "granted": False, "source": "in_store"}

    def meanwhile() -> None:
        assert world.api("sales").post(f"/v1/customers/{customer}/consents", word).status == 201

    overtaken(world, line, meanwhile)
    assert put_in(world, line) is True
    current = world.api("sales").get(f"/v1/customers/{customer}/consents").json["current"]
    assert current["email"]["occasions"]["granted"] is False
    assert current["sms"]["service"]["granted"] is line["said"][0]["granted"]


def sharing(world: World) -> tuple[list[str], Line]:
    """Two customers with one number, and the record of a third one."""
    body = {"given_name": "Uma", "phones": [{"number": SHARED}], "allow_duplicate": True}
    made = [world.api("sales").post("/v1/customers", body).json["id"] for _ in range(2)]
    (line,) = taken_out(world, "customer", id=made[0])
    return made, of_another(line, owns=[])


def claim(world: World) -> tuple[str, int]:
    item = world.table.get(keys.phone_claim(SHARED))
    assert item is not None
    return item["holder"], item["holders"]


def test_a_number_whose_owner_changes_meanwhile_stays_the_new_owners(world: World) -> None:
    (first, second), line = sharing(world)

    def meanwhile() -> None:
        assert world.api("manager").delete(f"/v1/customers/{first}").status == 204

    overtaken(world, line, meanwhile)
    assert put_in(world, line) is True
    assert claim(world) == (second, 2)
    world.check()


def test_a_number_that_another_one_gets_meanwhile_counts_both(world: World) -> None:
    (first, _), line = sharing(world)
    work = begun(world, line)
    assert put_in(world, of_another(line)) is True
    work.commit()
    assert claim(world) == (first, 4)
    world.check()
