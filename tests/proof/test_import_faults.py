"""Imports under faults: wherever a worker dies or the store fails, every row is done once in the end."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.support import imports
from tests.support.imports import Turn, fresh_phone

pytestmark = [pytest.mark.emulator, pytest.mark.fault]

BEFORE, AFTER = "before", "after"
ROWS = 3


class Killed(BaseException):
    """The process is gone: nothing that catches errors sees it."""


def timeout() -> Any:
    return ReadTimeoutError(endpoint_url="store")


def throttled() -> Any:
    return ClientError(
        {"Error": {"Code": "ThrottlingException"}, "ResponseMetadata": {"HTTPStatusCode": 503}}, "operation"
    )


def conflict() -> Any:
    """Another transaction is at the same item."""
    reasons = [{"Code": "TransactionConflict"}]
    error = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError({**error, "ResponseMetadata": {"HTTPStatusCode": 400}}, "operation")


class Calls:
    """Counts the AWS calls of a delivery and lets one of them fail, before or after it took effect."""

    def __init__(self, real: Callable[..., Any]) -> None:
        self._real = real
        self._lock = threading.Lock()
        self.made = 0
        self.fail_at: int | None = None
        self.when = BEFORE
        self.failure: Callable[[], BaseException] = Killed
        self.failed = ""

    def __call__(self, client: Any, operation: str, arguments: Any) -> Any:
        with self._lock:
            failing = self.made == self.fail_at
            self.made += 1
            self.failed = operation if failing else self.failed
        if failing and self.when == BEFORE:
            raise self.failure()
        answer = self._real(client, operation, arguments)
        if failing:
            raise self.failure()
        return answer

    def fail(self, at: int | None, when: str, failure: Callable[[], BaseException]) -> None:
        """Let call number `at` (from 0) of the next delivery fail."""
        self.made, self.fail_at, self.when, self.failure, self.failed = 0, at, when, failure, ""


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    counted = Calls(BaseClient._make_api_call)

    def call(client: Any, operation: str, arguments: Any) -> Any:  # a function, as only those bind to the client
        return counted(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    monkeypatch.setattr("chalicelib.wiring.jobs.FIRST_PAUSE", 0.0)
    return counted


def begun(deployment: dict[str, str], manager: Any, *, dry_run: bool = False) -> str:
    """An import of a row that creates, one that changes and one that is rejected."""
    key = f"fault-{fresh_phone()}"
    known = {"given_name": "Known", "phones": [{"number": fresh_phone()}]}
    assert manager.put(f"/v1/customers/by-external-id/{key}", known).status == 201
    lines = [f",Asha,{fresh_phone()}", f"{key},Changed,", ",Nobody,"]
    import_id = imports.begin(manager, dry_run=dry_run)
    imports.put(deployment, import_id, "\n".join(("external_id,given_name,phone", *lines)).encode())
    return import_id


def converged(manager: Any, import_id: str) -> None:
    """Every row was done once, told once, and is counted once."""
    done = imports.state(manager, import_id)
    outcome = (done["status"], done["rows"], done["created"], done["updated"], done["rejected"])
    assert outcome == ("done", 3, 1, 1, 1)
    created, changed, rejected = imports.rows(manager, import_id)
    assert [row["result"] for row in (created, changed, rejected)] == ["created", "updated", "rejected"]
    number = manager.get(f"/v1/customers/{created['customer_id']}").json["phones"][0]["e164"]
    holders = manager.get(f"/v1/customers?q={number.replace('+', '%2B')}").json["items"]
    assert [holder["id"] for holder in holders] == [created["customer_id"]]
    assert _events(created["customer_id"]) == ["customer_imported"]
    assert _events(changed["customer_id"]) == ["customer_created", "customer_changed"]
    assert _events(import_id)[-1:] == ["import_finished"]
    assert _events(import_id).count("import_finished") == 1
    assert imports.fetch(done["result_url"])[1].count(b"\r\n") == 1 + ROWS


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


@pytest.mark.parametrize(("failure", "when"), [("killed", BEFORE), ("killed", AFTER), ("conflict", BEFORE)])
def test_a_dry_run_and_its_start_converge(
    deployment: dict[str, str], manager: Any, calls: Calls, failure: str, when: str
) -> None:
    """Wherever the check fails, it says what it would have said; wherever it is started then, it does that."""
    raised = Killed if failure == "killed" else conflict
    made = calls_of_a_check(deployment, manager, calls)
    assert made > 10
    for number in range(made):
        import_id = begun(deployment, manager, dry_run=True)
        calls.fail(number, when, raised)
        with contextlib.suppress(Killed):
            imports.deliver(imports.arrival(import_id))
        calls.fail(None, when, raised)
        deliver_until_over(manager, import_id)
        checked(manager, import_id)
    assert manager.post(f"/v1/imports/{import_id}/start").status == 202
    deliver_until_over(manager, import_id)
    converged(manager, import_id)


def checked(manager: Any, import_id: str) -> None:
    """Every row was looked at once, and nothing was done."""
    found = imports.state(manager, import_id)
    outcome = (found["status"], found["rows"], found["created"], found["updated"], found["rejected"])
    assert outcome == ("checked", 3, 1, 1, 1)
    created, changed, rejected = imports.rows(manager, import_id)
    assert [row["result"] for row in (created, changed, rejected)] == ["created", "updated", "rejected"]
    assert _events(changed["customer_id"]) == ["customer_created"]
    assert _events(import_id) == []


def calls_of_a_check(deployment: dict[str, str], manager: Any, calls: Calls) -> int:
    import_id = begun(deployment, manager, dry_run=True)
    calls.fail(None, BEFORE, Killed)
    imports.deliver(imports.arrival(import_id))
    made = calls.made
    checked(manager, import_id)
    return made


def calls_of_a_clean_run(deployment: dict[str, str], manager: Any, calls: Calls) -> int:
    import_id = begun(deployment, manager)
    calls.fail(None, BEFORE, Killed)
    imports.deliver(imports.arrival(import_id))
    made = calls.made
    converged(manager, import_id)
    return made


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_a_worker_that_dies_at_any_call_loses_and_doubles_nothing(
    deployment: dict[str, str], manager: Any, calls: Calls, when: str
) -> None:
    made = calls_of_a_clean_run(deployment, manager, calls)
    assert made > 10
    for number in range(made - 2):  # the threads of a chunk race, so the very last calls are not always reached
        import_id = begun(deployment, manager)
        calls.fail(number, when, Killed)
        with pytest.raises(Killed):
            imports.deliver(imports.arrival(import_id))
        calls.fail(None, when, Killed)
        deliver_until_over(manager, import_id)
        converged(manager, import_id)


@pytest.mark.parametrize(("failure", "when"), [(throttled, BEFORE), (timeout, AFTER), (conflict, BEFORE)])
def test_a_call_that_fails_is_made_good(
    deployment: dict[str, str], manager: Any, calls: Calls, failure: Callable[[], BaseException], when: str
) -> None:
    for number in range(calls_of_a_clean_run(deployment, manager, calls)):
        import_id = begun(deployment, manager)
        calls.fail(number, when, failure)
        failed = imports.deliver(imports.arrival(import_id))
        if calls.failed == "TransactWriteItems":  # a write is tried again on the spot, whether it happened or not
            assert (failed, imports.state(manager, import_id)["status"]) == ([], "done")
        calls.fail(None, when, failure)
        deliver_until_over(manager, import_id)
        converged(manager, import_id)


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
