"""Each AWS call of each write of templates fails in each way; there is one effect."""

from typing import Any

import pytest

from chalicelib.repos import keys
from chalicelib.repos.table import Range
from chalicelib.wiring import templates
from chalicelib.wiring.store import table
from tests.proof.converging import converges
from tests.proof.scenarios import Attempt, Scenario, unique
from tests.support import invariants
from tests.support.faults import FAULTS, Fault
from tests.support.templates import GOOD

pytestmark = [pytest.mark.emulator, pytest.mark.fault]
PATH = "/v1/templates"


def _versions(api: Any, template_id: str) -> list[tuple[int, str]]:
    return [(each["version"], each["status"]) for each in api.get(f"{PATH}/{template_id}/versions").json["items"]]


def _audited(template_id: str) -> list[str]:
    return [item["action"] for item in table().query_all(Range(template_id, begins=keys.AUDIT))]


def _made(api: Any) -> str:
    reply = api.post(PATH, {**GOOD, "name": unique()})
    assert reply.status == 201, reply.text
    template_id: str = reply.json["id"]
    return template_id


def _write(api: Any) -> Attempt:
    body, key = {**GOOD, "name": unique()}, unique()

    def check() -> None:
        (only,) = api.get(f"{PATH}?name={body['name']}").json["items"]
        assert (_versions(api, only["id"]), _audited(only["id"])) == ([(1, "active")], ["template.create"])
        api.delete(f"{PATH}/{only['id']}")  # a shop has at most 300, and what was read is forgotten with it

    templates.own.forget()
    return Attempt(lambda: api.post(PATH, body, Idempotency_Key=key), check)


def _change(api: Any) -> Attempt:
    made = _made(api)

    def check() -> None:
        assert (api.get(f"{PATH}/{made}").json["text"], _versions(api, made)) == ("New", [(2, "active"), (1, "active")])
        assert _audited(made) == ["template.create", "template.change"]
        api.delete(f"{PATH}/{made}")

    return Attempt(lambda: api.patch(f"{PATH}/{made}", {"text": "New"}), check)


def _archive(api: Any) -> Attempt:
    made = _made(api)

    def check() -> None:
        assert _versions(api, made) == [(2, "archived"), (1, "active")]
        assert _audited(made) == ["template.create", "template.archive"]

    return Attempt(lambda: api.delete(f"{PATH}/{made}"), check)


def _test(api: Any) -> Attempt:
    made, key, word = _made(api), unique(), unique()
    api.patch(f"{PATH}/{made}", {"text": "{{ text }}"})
    me = api.get("/v1/me").json["id"]

    def check() -> None:
        sent = [item for item in table().query_all(Range(me, begins="MESSAGE#")) if word in item["content"]]
        assert [item["status"] for item in sent] == ["queued"]
        api.delete(f"{PATH}/{made}")

    return Attempt(lambda: api.post(f"{PATH}/{made}/test", {"text": word}, Idempotency_Key=key), check)


SCENARIOS = (
    Scenario("write a template", "manager", _write),
    Scenario("change a template", "manager", _change),
    Scenario("archive a template", "manager", _archive),
    Scenario("send a test", "manager", _test),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_write_converges(people: dict[str, Any], scenario: Scenario, fault: Fault) -> None:
    converges(scenario, people[scenario.role], fault)


@pytest.mark.usefixtures("deployment")
def test_the_table_is_whole_after_all_faults() -> None:
    invariants.check(table())
