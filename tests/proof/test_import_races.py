"""Imports by several workers at once, and by one whose lease ran out: every row is done once.

What becomes of them when calls fail: tests/proof/test_function_faults.py.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support import imports
from tests.support.imports import Turn, fresh_phone

pytestmark = [pytest.mark.emulator, pytest.mark.fault]

BEFORE, AFTER = "before", "after"


def _events(partition: str) -> list[str]:
    from chalicelib.repos.table import Range
    from chalicelib.wiring.store import table

    items = table().query_all(Range(partition))
    return [item["kind"] for item in items if item["sk"].startswith(("EVENT#", "SYSTEM#"))]


def deliver_until_over(manager: Any, import_id: str) -> None:
    """Deliver the message as the queue would: again after its visibility has ended, and the lease with it."""
    for delivery in range(1, 4):
        clock = imports.later(datetime.now(UTC) + delivery * timedelta(minutes=15))
        imports.deliver(imports.arrival(import_id), clock=clock)
        if imports.state(manager, import_id)["status"] in ("done", "checked"):
            return


@pytest.mark.race
def test_workers_at_the_same_time_do_each_row_once(deployment: dict[str, str], manager: Any) -> None:
    import_id = imports.begin(manager)
    lines = [f"Asha,{fresh_phone()}" for _ in range(60)]
    imports.put(deployment, import_id, "\n".join(("given_name,phone", *lines)).encode())
    message = imports.arrival(import_id)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: imports.deliver(message), range(4))) == [[], [], [], []]
    deliver_until_over(manager, import_id)
    done = imports.state(manager, import_id)
    assert (done["status"], done["created"]) == ("done", 60)
    ids = [row["customer_id"] for row in imports.rows(manager, import_id)]
    assert len(set(ids)) == 60
    assert all(_events(customer_id) == ["customer_imported"] for customer_id in ids)
    assert _events(import_id) == ["import_finished"]


def test_a_worker_whose_lease_ran_out_gives_way(
    deployment: dict[str, str], manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It still believes it is alone; the rows and checkpoints that another did meanwhile stand."""
    from chalicelib.handlers.imports_rows import Rows

    import_id = imports.begin(manager)
    lines = [f"Asha,{fresh_phone()}" for _ in range(30)]
    imports.put(deployment, import_id, "\n".join(("given_name,phone", *lines)).encode())
    real = Rows.do
    overtaken: list[bool] = []

    def slow(self: Rows, job: Any, rows: Any) -> Any:
        if not overtaken:
            overtaken.append(True)
            imports.deliver(imports.arrival(import_id), clock=imports.later(datetime.now(UTC) + timedelta(minutes=2)))
        return real(self, job, rows)

    monkeypatch.setattr(Rows, "do", slow)
    assert imports.deliver(imports.arrival(import_id)) == []
    done = imports.state(manager, import_id)
    assert (done["status"], done["created"]) == ("done", 30)
    assert _events(import_id) == ["import_finished"]


def test_a_second_worker_looks_again_when_the_lease_has_ended(deployment: dict[str, str], manager: Any) -> None:
    """The message that gives way may be the last that knows of the import."""
    from chalicelib.handlers.imports_rows import Rows

    import_id = imports.begin(manager)
    imports.put(deployment, import_id, f"given_name,phone\nAsha,{fresh_phone()}".encode())
    sent: list[dict[str, Any]] = []
    real = Rows.do

    def during(self: Rows, job: Any, rows: Any) -> Any:
        assert imports.deliver(imports.arrival(import_id), turn=Turn()) == []
        return real(self, job, rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rows, "do", during)
        queue = type("Queue", (), {"go_on": lambda _, name, seconds=0: sent.append({name: seconds})})()
        patch.setattr("chalicelib.wiring.jobs.queue", lambda: queue)
        assert imports.deliver(imports.arrival(import_id)) == []
    ((name, seconds),) = sent[0].items()
    assert name == import_id
    assert 50 <= seconds <= 62


def test_a_row_that_was_done_is_not_done_again(deployment: dict[str, str], manager: Any) -> None:
    """Whatever else would be in the way by now, its own customer foremost, the row's record speaks first."""
    from chalicelib.domain.imports.rows import read_row
    from chalicelib.handlers.imports_rows import Rows
    from chalicelib.wiring.jobs import reader

    phone = fresh_phone()
    done = imports.run(deployment, manager, f"given_name,phone\nAsha,{phone}".encode())
    job = reader().get(done["id"], "import", datetime.now(UTC))
    rows = Rows(lambda: datetime.now(UTC))
    (result,) = rows.do(job, [read_row(1, ("given_name", "phone"), ("Asha", phone))])
    assert (result.result, result.customer_id) == ("created", imports.rows(manager, done["id"])[0]["customer_id"])
