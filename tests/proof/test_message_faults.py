"""Each AWS call of each write of messages, and of the worker, fails in each way; there is one effect."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain import instants
from chalicelib.handlers.inbound_texts import received
from chalicelib.repos import keys
from chalicelib.repos.table import Range
from chalicelib.wiring import shop, templates
from chalicelib.wiring.store import table
from tests.proof.converging import converges
from tests.proof.message_scenarios import MESSAGES
from tests.proof.scenarios import Scenario, unique
from tests.support import history_invariants, invariants
from tests.support.faults import FAULTS, Died, Fault, injected
from tests.support.letters import agrees, reachable, thread
from tests.support.outreach import birthday, delivered, digest

pytestmark = [pytest.mark.emulator, pytest.mark.fault]
TRIES = 3


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("scenario", MESSAGES, ids=lambda scenario: scenario.name)
def test_a_write_converges(people: dict[str, Any], scenario: Scenario, fault: Fault) -> None:
    converges(scenario, people[scenario.role], fault)


@dataclass(frozen=True)
class Errand:
    """Something that a queue delivers until it is done: `deliver` says whether it is, `check` what it came to."""

    deliver: Callable[[], bool]
    check: Callable[[], None]


def _birthday(people: dict[str, Any]) -> Errand:
    api = people["sales"]
    customer_id = reachable(api, birthday="--03-15", time_zone="UTC")["id"]
    agrees(api, customer_id)
    due = birthday(customer_id)

    def check() -> None:
        assert [each["status"] for each in thread(api, customer_id)] == ["queued"]

    return Errand(lambda: not delivered(due), check)


def _digest(people: dict[str, Any]) -> Errand:
    colleague = people["manager"].get("/v1/me").json["id"]
    due = digest(colleague, birthday_ids=[reachable(people["sales"], birthday="--03-15")["id"]])

    def check() -> None:
        found = [item for item in table().query_all(Range(colleague, begins=keys.MESSAGE)) if due["id"] in item["doc"]]
        assert [item["status"] for item in found] == ["queued"]

    return Errand(lambda: not delivered(due), check)


def _stop(people: dict[str, Any]) -> Errand:
    api = people["sales"]
    customer = reachable(api)
    agrees(api, customer["id"], channel="sms", purpose="promotions")
    number, cause = customer["phones"][0]["e164"], unique()
    payload = {"originationNumber": number, "messageBody": "STOP", "inboundMessageId": cause}
    envelope = {"MessageId": cause, "Timestamp": instants.to_text(datetime.now(UTC))}

    def deliver() -> bool:
        try:
            return received(payload, envelope) in ("kept", "known")
        except Exception:  # noqa: BLE001 -- whatever it is, the queue delivers it again
            return False

    def check() -> None:
        assert [each["status"] for each in thread(api, customer["id"])] == ["received"]
        current = api.get(f"/v1/customers/{customer['id']}/consents").json["current"]
        assert current["sms"]["promotions"]["granted"] is False
        assert api.get("/v1/suppressions?channel=sms&limit=1").status == 200
        assert table().get(keys.suppression("sms", number)) is not None

    return Errand(deliver, check)


ERRANDS = {"birthday": _birthday, "digest": _digest, "stop": _stop}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("errand", ERRANDS)
def test_what_a_queue_delivers_converges(people: dict[str, Any], errand: str, fault: Fault) -> None:
    prepare = ERRANDS[errand]
    for place, operation in enumerate(_calls_of(prepare, people)):
        if fault.applies(operation):
            _strike(prepare(people), fault, place)


def _calls_of(prepare: Callable[[dict[str, Any]], Errand], people: dict[str, Any]) -> list[str]:
    errand = prepare(people)
    _forget()
    with injected() as watch:
        assert errand.deliver()
    errand.check()
    assert "TransactWriteItems" in watch.calls
    return watch.calls


def _strike(errand: Errand, fault: Fault, place: int) -> None:
    _forget()
    with injected(fault, place) as watch:
        try:
            done = errand.deliver()
        except Died:
            done = False
    assert watch.struck, f"call {place} was not reached"
    tries = 0
    while not done and tries < TRIES:
        done, tries = errand.deliver(), tries + 1
    assert done
    errand.deliver()  # and once more, as queues do
    errand.check()


def _forget() -> None:
    """Let the reference data be read by the errand itself, so that these calls fail too."""
    shop.forget()
    templates.own.forget()


@pytest.mark.usefixtures("deployment")
def test_the_table_is_whole_after_all_faults() -> None:
    invariants.check(table())
    history_invariants.check(table())
