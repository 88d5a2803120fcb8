"""Saved mappings, whatever fails on the way: kept once, removed once."""

from typing import Any

import pytest

from tests.proof.converging import converges
from tests.proof.scenarios import Attempt, Scenario, unique
from tests.support.audit import cores
from tests.support.faults import FAULTS, Fault

pytestmark = [pytest.mark.emulator, pytest.mark.fault]
PATH = "/v1/imports/mappings"
MAPPING = {"given_name": "First", "phone": "Mobile"}


def ids_named(api: Any, name: str) -> list[str]:
    return [item["id"] for item in api.get(f"{PATH}?limit=100").json["items"] if item["name"] == name]


def told(mapping_id: str) -> list[str]:
    return [core["action"] for core in cores() if core["entity"] == mapping_id]


def _remove_all(api: Any) -> None:
    """A shop keeps a hundred, and there are more attempts than that."""
    for item in api.get(f"{PATH}?limit=100").json["items"]:
        api.delete(f"{PATH}/{item['id']}")


def _save(api: Any) -> Attempt:
    _remove_all(api)
    name, key = unique(), unique()

    def check() -> None:
        (made,) = ids_named(api, name)
        assert told(made) == ["import_mapping.create"]

    return Attempt(lambda: api.post(PATH, {"name": name, "mapping": MAPPING}, Idempotency_Key=key), check)


def _remove(api: Any) -> Attempt:
    name = unique()
    made = api.post(PATH, {"name": name, "mapping": MAPPING}).json["id"]

    def check() -> None:
        assert ids_named(api, name) == []
        assert told(made) == ["import_mapping.create", "import_mapping.delete"]

    return Attempt(lambda: api.delete(f"{PATH}/{made}"), check)


SCENARIOS = (Scenario("save a mapping", "manager", _save), Scenario("remove a mapping", "manager", _remove))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_write_converges(people: dict[str, Any], scenario: Scenario, fault: Fault) -> None:
    converges(scenario, people[scenario.role], fault)
