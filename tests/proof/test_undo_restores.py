"""Whatever an import or a bulk change did: when nothing happened since, undoing it gives the same table."""

import random
from typing import Any

import pytest

from chalicelib.repos.keys import Key
from tests.proof.scenarios import customer, unique
from tests.support import imports, jobs
from tests.support.bulk import BULK, run
from tests.support.imports import csv_of, fresh_phone
from tests.support.undoing import Watched, undo

pytestmark = pytest.mark.emulator
MAPPING = {
    **{name: name for name in ("external_id", "given_name", "family_name", "phone", "email", "birthday")},
    **{name: name for name in ("occupation", "tags", "home_city", "home_country")},
    "custom.ring": "ring",
    "consents.email.birthday": "wishes",
}
PROOF = {"source": "form", "wording_version": "2026-01", "at": "2026-11-01T10:00:00Z"}
OUTCOMES = ("created", "updated", "unchanged", "rejected")


def asked() -> dict[str, Any]:
    return {"mapping": MAPPING, "options": {"default_country": "IN", "date_format": "YMD", "consents": PROOF}}


def a_list(chance: random.Random, known: list[dict[str, Any]]) -> bytes:
    """New customers, changes of known ones by their id and by their number, the same one twice, and broken rows."""

    def some(*texts: str) -> str:
        """A cell that is filled now and then."""
        return chance.choice(["", *texts])

    lines = []
    for _ in range(25):
        who = chance.choice([None, None, None, *known])
        external = who["external_id"] if who and chance.random() < 0.7 else some(unique())
        phone = who["phones"][0]["number"] if who and chance.random() < 0.5 else fresh_phone()
        name = who["given_name"] if who else unique()
        cells = [external, name, who["family_name"] if who else some("Rao"), phone]
        cells += [some(f"{unique()}@shop.example"), some("1990-03-15", "2001-12-01"), some("Nurse", "Pilot")]
        cells += [some("VIP", "Gold|VIP"), some("Pune", "Thane"), some("IN"), some("14", "15"), some("yes", "no")]
        lines.append(",".join(cells))
    lines += [chance.choice(lines), ",Nobody,,,,,,,,,,", f",Late,,{fresh_phone()},,1990-02-30,,,,,,"]
    return csv_of(",".join([*list(MAPPING)[:10], "ring", "wishes"]), *lines)


def actions(chance: random.Random) -> list[dict[str, Any]]:
    """Some of everything, in any order."""
    occupation, ring = chance.choice([None, "Pilot"]), chance.choice([None, 9])
    found: list[dict[str, Any]] = [
        {"kind": "tag", "tags": ["Gold", "Wedding"]},
        {"kind": "untag", "tags": ["VIP"]},
        {"kind": "change", "fields": {"occupation": occupation, "custom": {"ring": ring}, "language": "hi"}},
        {"kind": "archive"},
    ]
    return chance.sample(found, len(found))


def of_unchanged_rows(key: Key) -> bool:
    """A row that found everything as it says is remembered, and changed nothing that could be taken back."""
    return key.pk.startswith("IMPORTED#")


@pytest.mark.parametrize("seed", range(2))
def test_everything_that_was_done_can_be_undone_in_its_order(
    deployment: dict[str, str], manager: Any, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- a repeatable sequence, no secret
    known = [
        customer(
            manager,
            given_name=unique(),
            family_name="Rao",
            external_id=unique(),
            phones=[{"number": fresh_phone()}],
            tags=chance.sample(["VIP", "Gold"], chance.randint(0, 2)),
            occupation=chance.choice([None, "Nurse"]),
            custom=chance.choice([{}, {"ring": "14", "club": "gold"}]),
        )
        for _ in range(6)
    ]
    before = [Watched()]
    content = a_list(chance, known)
    done = imports.run(deployment, manager, content, asked())
    assert done["status"] == "done", done
    assert done["created"] > 5
    assert done["updated"] > 0
    steps = [f"/v1/imports/{done['id']}"]
    made = [row["customer_id"] for row in imports.rows(manager, done["id"], "created")]
    worked_with = chance.sample(made, 4)
    ids = [*worked_with, *(each["id"] for each in known)]
    for action in actions(chance):
        before.append(Watched())
        steps.append(f"{BULK}/{run(manager, {'ids': ids}, action)['id']}")
    while steps:
        path, watched = steps.pop(), before.pop()
        taken_back = undo(manager, path)
        kept = jobs.rows(manager, f"/v1/undos/{taken_back['id']}", "kept")
        about = [f"{row['customer_id']} {row['reason']}" for row in kept]  # or about a number that such a one holds
        assert [each for each in about if not any(customer_id in each for customer_id in worked_with)] == []
        if steps:
            watched.unchanged()


@pytest.mark.parametrize("seed", range(2))
def test_an_import_that_is_undone_goes_in_again_as_for_the_first_time(
    deployment: dict[str, str], manager: Any, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- a repeatable sequence, no secret
    known = [
        customer(manager, given_name=unique(), family_name="Rao", external_id=unique(), phones=[{"number": number}])
        for number in (fresh_phone(), fresh_phone(), fresh_phone())
    ]
    content, before = a_list(chance, known), Watched()
    first = imports.run(deployment, manager, content, asked())
    taken_back = undo(manager, f"/v1/imports/{first['id']}")
    assert (taken_back["undone"], taken_back["kept"]) == (first["created"] + first["updated"], 0)
    before.unchanged(apart=lambda key: of_unchanged_rows(key) or "CONSENT" in key.sk)
    again = imports.run(deployment, manager, content, asked())
    assert {name: again[name] for name in OUTCOMES} == {name: first[name] for name in OUTCOMES}
    assert not {row["customer_id"] for row in imports.rows(manager, first["id"], "created")} & {
        row["customer_id"] for row in imports.rows(manager, again["id"], "created")
    }
