"""Exports and imports of all data under faults: wherever a worker dies or a service fails, the file is whole, once,
and every record comes back once."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.proof import job_faults
from tests.proof.job_faults import JOB_FAULTS, JobScenario
from tests.support import exports, imports, records, restoring
from tests.support.faults import Fault
from tests.support.imports import fresh_phone
from tests.support.sweeping import own_table

pytestmark = [pytest.mark.emulator, pytest.mark.fault]
by_fault = pytest.mark.parametrize("fault", JOB_FAULTS, ids=lambda fault: fault.name)
_tables = itertools.count(1)


@pytest.fixture(autouse=True)
def _in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    job_faults.one_by_one(monkeypatch)
    monkeypatch.setattr("chalicelib.handlers.restore_rows.WORKERS", 1)
    monkeypatch.setattr("chalicelib.repos.everything.READERS", 1)
    monkeypatch.setattr("chalicelib.domain.exports.job.MOST_A_PART", 2)
    monkeypatch.setattr("chalicelib.handlers.exports_customers.PAGE", 1)
    monkeypatch.setattr("chalicelib.domain.restore.job.CHUNK", 4)


@pytest.fixture
def apart(deployment: dict[str, str]) -> Iterator[None]:
    """A table of the test's own."""
    with own_table(f"facet-export-faults-{next(_tables)}"):
        yield


def made(api: Any, count: int) -> list[str]:
    body = {"given_name": "Asha"}
    return [
        str(api.post("/v1/customers", {**body, "phones": [{"number": fresh_phone()}]}).json["id"]) for _ in range(count)
    ]


def _finished_once(export_id: str) -> None:
    assert job_faults.events(export_id) == ["job_started", "export_finished"]


FORMATS = [*((fault, "csv") for fault in JOB_FAULTS), (JOB_FAULTS[-2], "xlsx")]  # they differ in the last step only


@pytest.mark.parametrize(("fault", "file_format"), FORMATS, ids=lambda each: getattr(each, "name", each))
def test_a_list_comes_out_once(manager: Any, fault: Fault, file_format: str) -> None:
    ids = made(manager, 3)

    def check(api: Any, export_id: str) -> None:
        done = exports.state(api, export_id)
        assert (done["status"], done["rows"], done["progress"]) == ("done", 3, 1.0)
        _finished_once(export_id)
        if file_format == "csv":
            assert [row["id"] for row in exports.rows(done)] == ids
        else:
            assert exports.content(done).startswith(b"PK")

    scenario = JobScenario("export", lambda api: exports.begin(api, format=file_format, ids=ids), check)
    job_faults.converges(scenario, manager, fault)


@by_fault
def test_everything_comes_out_once(admin: Any, apart: None, fault: Fault) -> None:
    noted, archived = made(admin, 2)
    assert admin.post(f"/v1/customers/{noted}/notes", {"text": "Likes pearls"}).status == 201
    assert admin.delete(f"/v1/customers/{archived}").status == 204
    whole = sorted(restoring.taken_out(admin).splitlines())

    def check(api: Any, export_id: str) -> None:
        _finished_once(export_id)
        assert sorted(exports.content(exports.state(api, export_id)).splitlines()) == whole

    begin = JobScenario("everything", lambda api: exports.begin(api, kind="everything", format="jsonl"), check)
    job_faults.converges(begin, admin, fault)


@by_fault
def test_everything_goes_in_once(deployment: dict[str, str], admin: Any, apart: None, fault: Fault) -> None:
    files: dict[str, list[dict[str, Any]]] = {}

    def begin(api: Any) -> str:
        lines = records.a_few_records()
        import_id = restoring.begin(api)
        imports.put(deployment, import_id, b"\n".join(json.dumps(line).encode() for line in lines))
        files[import_id] = lines
        return import_id

    def check(api: Any, import_id: str) -> None:
        lines = files[import_id]
        done = imports.state(api, import_id)
        assert (done["status"], done["created"], done["rejected"]) == ("done", len(lines), 0)
        assert job_faults.events(import_id).count("import_finished") == 1
        first, second = (line["id"] for line in lines if line["record"] == "customer")
        (number,) = lines[0]["owns"]
        holders = api.get(f"/v1/customers?q={number.replace('+', '%2B')}").json["items"]
        assert sorted(holder["id"] for holder in holders) == sorted((first, second))
        assert job_faults.events(first) == ["note_added"]

    job_faults.converges(JobScenario("restore", begin, check), admin, fault)
