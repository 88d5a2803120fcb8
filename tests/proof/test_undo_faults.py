"""Undo under faults: wherever a worker dies or the store fails, everything is taken back once in the end."""

from typing import Any

import pytest

from chalicelib.repos.table import Range
from chalicelib.wiring.store import table
from tests.proof import converging
from tests.proof.job_faults import JOB_FAULTS, JobScenario, converges, events, one_by_one, rows_once
from tests.proof.scenarios import Attempt, Scenario, customer, found, unique
from tests.support.bulk import BULK, run
from tests.support.faults import FAULTS, Fault
from tests.support.undoing import YES, ImportedRow, imported, new

pytestmark = [pytest.mark.emulator, pytest.mark.fault]


@pytest.fixture(autouse=True)
def _in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    one_by_one(monkeypatch)


def _ask(api: Any, path: str) -> str:
    asked = api.post(f"{path}/undo")
    assert asked.status == 202, asked.text
    return str(asked.json["id"])


def _of_an_import(api: Any) -> str:
    """A customer who goes, one who is kept, and one who is given something back."""
    known = customer(api, occupation="Nurse")
    rows = [
        ImportedRow(new(external_id=unique()), tags=["VIP"], words=[YES]),
        ImportedRow(new()),
        ImportedRow({"occupation": "Pilot"}, changes=known["id"], tags=["VIP"], words=[YES]),
    ]
    import_id, (_, kept, _) = imported(api, rows)
    assert api.post(f"/v1/customers/{kept}/notes", {"text": "Likes pearls"}).status == 201
    return _ask(api, f"/v1/imports/{import_id}")


def _import_undone(api: Any, undo_id: str) -> None:
    gone, kept, back = _rows(api, undo_id, ["undone", "kept", "undone"])
    left = list(table().query_all(Range(gone["customer_id"])))
    assert [item["action"] for item in left] == ["customer.remove"]
    assert events(kept["customer_id"]) == ["customer_imported", "note_added"]
    told = events(back["customer_id"])  # those of one moment stand in any order
    assert sorted(told[:4]) == ["consent_given", "customer_changed", "customer_created", "tag_changed"]
    assert sorted(told[4:]) == ["consent_withdrawn", "customer_changed", "tag_changed"]
    assert api.get(f"/v1/customers/{back['customer_id']}").json["occupation"] == "Nurse"


def _of_an_archiving(api: Any) -> str:
    done = run(api, {"ids": [customer(api)["id"] for _ in range(2)]}, {"kind": "archive"})
    return _ask(api, f"{BULK}/{done['id']}")


def _archiving_undone(api: Any, undo_id: str) -> None:
    for row in _rows(api, undo_id, ["undone", "undone"]):
        assert events(row["customer_id"]) == ["customer_created", "customer_archived", "customer_restored"]


def _rows(api: Any, undo_id: str, results: list[str]) -> list[Any]:
    return rows_once(api, f"/v1/undos/{undo_id}", "undo", results, ("undone", "kept", "unchanged"))


SCENARIOS = (
    JobScenario("undo of an import", _of_an_import, _import_undone),
    JobScenario("undo of an archiving", _of_an_archiving, _archiving_undone),
)


@pytest.mark.parametrize("fault", JOB_FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_an_undo_converges(manager: Any, scenario: JobScenario, fault: Fault) -> None:
    converges(scenario, manager, fault)


def _asked(api: Any) -> Attempt:
    """No key is needed: what is to be taken back remembers by which job."""
    done = run(api, {"ids": [customer(api)["id"]]}, {"kind": "tag", "tags": ["VIP"]})
    path = f"{BULK}/{done['id']}"

    def check() -> None:
        undo_id = api.get(path).json["undo_id"]
        assert events(undo_id) == ["job_started"]
        assert api.post(f"{path}/undo").json["id"] == undo_id
        assert found(api, "tag=VIP&limit=1")

    return Attempt(lambda: api.post(f"{path}/undo"), check)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_asking_for_an_undo_converges(manager: Any, fault: Fault) -> None:
    converging.converges(Scenario("ask for an undo", "manager", _asked), manager, fault)
