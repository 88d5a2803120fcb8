"""Bulk changes under faults: wherever a worker dies or the store fails, every customer is done once in the end."""

from typing import Any

import pytest

from tests.proof import converging
from tests.proof.job_faults import JOB_FAULTS, JobScenario, converges, events, one_by_one, rows_once
from tests.proof.scenarios import Attempt, Scenario, customer, found, unique
from tests.support.bulk import BULK, begin
from tests.support.faults import FAULTS, Fault

pytestmark = [pytest.mark.emulator, pytest.mark.fault]
NOBODY = "cus_00000000000000000000000000"


@pytest.fixture(autouse=True)
def _in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    one_by_one(monkeypatch)


def _change_by_filter(api: Any) -> str:
    city = unique()
    home = [{"kind": "home", "city": city}]
    customer(api, addresses=home)
    customer(api, addresses=home, occupation="Pilot")
    return begin(api, {"filter": {"city": city}}, {"kind": "change", "fields": {"occupation": "Pilot"}})


def _changed(api: Any, bulk_id: str) -> None:
    already, changed = _rows(api, bulk_id, ["unchanged", "changed"])
    assert events(changed["customer_id"]) == ["customer_created", "customer_changed"]
    assert events(already["customer_id"]) == ["customer_created"]
    assert api.get(f"/v1/customers/{changed['customer_id']}").json["version"] == 2


def _archive_by_id(api: Any) -> str:
    made = [customer(api)["id"] for _ in range(2)]
    return begin(api, {"ids": [made[0], NOBODY, made[1]]}, {"kind": "archive"})


def _archived(api: Any, bulk_id: str) -> None:
    for row in _rows(api, bulk_id, ["changed", "rejected", "changed"]):
        kinds = ["customer_created", "customer_archived"] if row["result"] == "changed" else []
        assert events(row["customer_id"]) == kinds


def _rows(api: Any, bulk_id: str, results: list[str]) -> list[Any]:
    return rows_once(api, f"{BULK}/{bulk_id}", "bulk", results, ("changed", "unchanged", "rejected"))


SCENARIOS = (
    JobScenario("change by filter", _change_by_filter, _changed),
    JobScenario("archive by id", _archive_by_id, _archived),
)


@pytest.mark.parametrize("fault", JOB_FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_bulk_change_converges(manager: Any, scenario: JobScenario, fault: Fault) -> None:
    converges(scenario, manager, fault)


def _asked(api: Any) -> Attempt:
    made, tag, key = customer(api), unique(), unique()
    body = {"selection": {"ids": [made["id"]]}, "action": {"kind": "tag", "tags": [tag]}}

    def check() -> None:
        (newest, *_) = api.get(f"{BULK}?limit=2").json["items"]
        assert newest["action"]["tags"] == [tag]
        assert events(newest["id"]) == ["job_started"]
        assert [each for each in api.get(f"{BULK}?limit=5").json["items"] if each["action"].get("tags") == [tag]] == [
            newest
        ]
        assert found(api, f"tag={tag}") == []

    return Attempt(lambda: api.post(BULK, body, Idempotency_Key=key), check)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_asking_for_a_bulk_change_converges(manager: Any, fault: Fault) -> None:
    converging.converges(Scenario("ask for a bulk change", "manager", _asked), manager, fault)
