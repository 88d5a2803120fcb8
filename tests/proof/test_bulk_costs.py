"""What bulk changes and undos cost at DynamoDB: calls and units a customer, as docs/architecture.md says."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.wiring import clients, shop
from tests.proof.scenarios import customer, unique
from tests.support import jobs
from tests.support.bulk import BULK, begin, run
from tests.support.meter import Meter
from tests.support.undoing import YES, ImportedRow, imported, new

pytestmark = pytest.mark.emulator
FEW, MANY = 2, 6
GET, QUERY, BATCH, WRITE = "GetItem", "Query", "BatchGetItem", "TransactWriteItems"
Begin = Callable[[Any, int], str]


def ordinary(**fields: Any) -> dict[str, Any]:
    """A customer of ordinary size."""
    home = {"kind": "home", "line1": "1 Hill Road", "city": unique(), "country": "IN"}
    return new(family_name=unique(), emails=[{"address": f"{unique()}@shop.example"}], addresses=[home], **fields)


def _made(api: Any, number: int) -> list[str]:
    return [customer(api, **ordinary())["id"] for _ in range(number)]


def _bulk(action: dict[str, Any]) -> Begin:
    return lambda api, number: begin(api, {"ids": _made(api, number)}, action)


def _undo_of(action: dict[str, Any]) -> Begin:
    def asked(api: Any, number: int) -> str:
        done = run(api, {"ids": _made(api, number)}, action)
        return str(api.post(f"{BULK}/{done['id']}/undo").json["id"])

    return asked


def _undo_of_new(api: Any, number: int) -> str:
    import_id, _ = imported(api, [ImportedRow(ordinary()) for _ in range(number)])
    return str(api.post(f"/v1/imports/{import_id}/undo").json["id"])


def _undo_of_words(api: Any, number: int) -> str:
    rows = [ImportedRow({}, changes=each, words=[YES]) for each in _made(api, number)]
    return str(api.post(f"/v1/imports/{imported(api, rows)[0]}/undo").json["id"])


CHANGE = {"kind": "change", "fields": {"occupation": "Pilot"}}
ARCHIVE = {"kind": "archive"}
# What one customer more costs: calls, read units, write units.
COSTS: dict[str, tuple[Begin, list[str], float, float]] = {
    "tag": (_bulk({"kind": "tag", "tags": ["VIP"]}), [GET, WRITE], 1, 17),
    "change": (_bulk(CHANGE), [GET, WRITE], 1, 13),
    "archive": (_bulk(ARCHIVE), [GET, WRITE], 1, 36),
    "undo a change": (_undo_of(CHANGE), [GET, WRITE], 1, 13),
    "undo an archiving": (_undo_of(ARCHIVE), [GET, WRITE], 1, 36),
    "undo a creation": (_undo_of_new, [QUERY, WRITE, QUERY, WRITE], 2, 60),
    "undo a consent": (_undo_of_words, [GET, QUERY, GET, WRITE], 3, 18),
}


def _spent(api: Any, start: Begin, number: int) -> Meter:
    job_id = start(api, number)
    shop.shop.fresh(), shop.staff.fresh()
    with Meter(clients.dynamodb()) as meter:
        jobs.run(job_id)
    return meter


@pytest.mark.parametrize("name", COSTS)
def test_a_customer_costs_no_more_than_the_budget(manager: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What four more of them cost, as the job itself costs the same for any number up to a chunk."""
    monkeypatch.setattr("chalicelib.handlers.job_rows.WORKERS", 1)
    start, calls, read_units, write_units = COSTS[name]
    few, many = (_spent(manager, start, number) for number in (FEW, MANY))
    more = MANY - FEW
    assert Counter(many.operations) - Counter(few.operations) == Counter(calls * more)
    assert (many.read_units - few.read_units) / more <= read_units + 0.2  # and its row in the list of rows
    assert (many.write_units - few.write_units) / more <= write_units
