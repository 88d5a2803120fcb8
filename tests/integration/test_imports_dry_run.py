"""Dry runs, mappings that a person says, and the files that are given back."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support import imports
from tests.support.imports import Turn, csv_of, fresh_phone

pytestmark = pytest.mark.emulator
FOREIGN = {"given_name": "First name", "phone": "Mobile", "birthday": "Born", "tags": "Groups"}


def told(caller: Any, import_id: str) -> list[tuple[str, str | None]]:
    return [(row["result"], row["customer_id"]) for row in imports.rows(caller, import_id)]


def counted(shown: Any) -> list[int]:
    return [shown[name] for name in ("rows", "created", "updated", "unchanged", "rejected")]


def customers_of(caller: Any, number: str) -> list[str]:
    return [each["id"] for each in caller.get(f"/v1/customers?q={number.replace('+', '%2B')}").json["items"]]


def mixed(caller: Any) -> tuple[bytes, list[str], list[str]]:
    """A file that meets the table and itself in every way; the results and its new numbers."""
    known, taken, one = fresh_phone(), fresh_phone(), fresh_phone()
    caller.post("/v1/customers", {"given_name": "Known", "phones": [{"number": known}]})
    caller.post("/v1/customers", {"given_name": "Other", "phones": [{"number": taken}]})
    key = f"dry-{fresh_phone()}"
    lines = [
        f",Asha,{one},Dry run {key},",
        f",Asha,{one},Dry run {key},",
        f",Asha,{one},,Nurse",
        f",Ravi,{one},,",
        f",Known,{known},,Cook",
        f",Known,{known},,Cook",
        f",Known,{known},,",
        f",Mallory,{taken},,",
        ",Nobody,,,",
        f"{key},Kay,{fresh_phone()},,",
        f"{key},Kaye,,,",
    ]
    results = ["created", "unchanged", "updated", "rejected", "updated", "unchanged", "unchanged"]
    header = "external_id,given_name,phone,tags,occupation"
    return csv_of(header, *lines), [*results, "rejected", "rejected", "created", "updated"], [one]


def test_a_dry_run_says_what_would_become_of_every_row_and_writes_none(
    deployment: dict[str, str], manager: Any
) -> None:
    content, results, numbers = mixed(manager)
    checked = imports.run(deployment, manager, content, dry_run=True)
    assert (checked["status"], checked["dry_run"], checked["progress"]) == ("checked", True, 1.0)
    found = imports.rows(manager, checked["id"])
    assert [row["result"] for row in found] == results
    assert found[0]["customer_id"] is None
    assert found[3]["reason"] == "is held by another customer (row 1)"
    assert (found[4]["customer_id"] or "").startswith("cus_")
    assert customers_of(manager, numbers[0]) == []
    from chalicelib.wiring import shop

    assert not any(tag.name.startswith("Dry run dry-") for tag in shop.shop.fresh().tags.values())
    assert imports.go_on(manager, checked["id"])["status"] == "checked", "a late message does not start it"

    begun = manager.post(f"/v1/imports/{checked['id']}/start")
    assert (begun.status, begun.json["status"], begun.json["dry_run"]) == (202, "running", False)
    assert manager.post(f"/v1/imports/{checked['id']}/start").status == 409
    done = imports.go_on(manager, checked["id"])
    assert (done["status"], counted(done)) == ("done", counted(checked))
    assert [result for result, _ in told(manager, checked["id"])] == results
    assert len(customers_of(manager, numbers[0])) == 1


def test_a_dry_run_goes_on_where_it_stopped_and_knows_what_it_saw(deployment: dict[str, str], manager: Any) -> None:
    first = fresh_phone()
    lines = [f"Asha,{first}", *(f"Asha,{fresh_phone()}" for _ in range(230)), f"Ravi,{first}", f"Asha,{first}"]
    import_id = imports.begin(manager, dry_run=True)
    imports.put(deployment, import_id, csv_of("given_name,phone", *lines))
    assert imports.deliver(imports.arrival(import_id), turn=Turn(90_000, 6_000)) == []
    halfway = imports.state(manager, import_id)
    assert halfway["status"] == "running"
    assert (halfway["created"], halfway["progress"]) == (200, pytest.approx(200 / 233, abs=0.001))
    assert imports.go_on(manager, import_id)["status"] == "checked"
    results = [row["result"] for row in imports.rows(manager, import_id)]
    assert results == ["created"] * 231 + ["rejected", "unchanged"]


@pytest.mark.parametrize(("left_ms", "known"), [(89_000, 100), (90_000, 200)])
def test_what_a_dry_run_saw_is_gone_through_again_when_it_is_not_there(
    deployment: dict[str, str], manager: Any, left_ms: int, known: int
) -> None:
    """As after a kill: the checkpoint is there, the disk is not, or not any more."""
    import boto3

    first = fresh_phone()
    lines = [f"Asha,{first}", *(f"Asha,{fresh_phone()}" for _ in range(220)), f"Ravi,{first}"]
    import_id = imports.begin(manager, dry_run=True)
    imports.put(deployment, import_id, csv_of("given_name,phone", *lines))
    assert imports.deliver(imports.arrival(import_id), turn=Turn(left_ms, 6_000)) == []
    assert imports.state(manager, import_id)["created"] == known
    key = f"imports/{import_id}/seen.sqlite"
    boto3.client("s3").delete_object(Bucket=deployment["FACET_FILES_BUCKET"], Key=key)
    checked = imports.go_on(manager, import_id)
    assert counted(checked) == [222, 221, 0, 0, 1]


def test_the_rejected_rows_come_back_as_a_file_to_mend(deployment: dict[str, str], manager: Any) -> None:
    number = fresh_phone()
    lines = [f"Asha;{fresh_phone()};15/03/1990;=1+1", "Ravi;12;16/03/1990;-", f"Mira;{number};31/02/1991;"]
    content = csv_of("First name;Mobile;Born;Remarks", *lines)
    mapping = {"given_name": "First name", "phone": "Mobile", "birthday": "Born"}
    done = imports.run(deployment, manager, content, {"mapping": mapping}, date_format="DMY")
    assert counted(done) == [3, 1, 0, 0, 2]
    status, mend, headers = imports.fetch(done["rejected_url"])
    assert (status, headers["content-disposition"]) == (200, f'attachment; filename="{done["id"]}-rejected.csv"')
    header, *rows = csv.reader(io.StringIO(mend.decode("utf-8-sig")), delimiter=";")
    assert header == ["First name", "Mobile", "Born", "Remarks", "facet_error"]
    assert [row[:4] for row in rows] == [["Ravi", "12", "16/03/1990", "'-"], ["Mira", f"'{number}", "31/02/1991", ""]]
    assert [row[4].partition(":")[0] for row in rows] == ["Mobile", "Born"]
    mended = mend.decode("utf-8-sig").replace(";12;", f";{fresh_phone()};").replace("31/02", "28/02").encode()
    again = imports.run(deployment, manager, mended, {"mapping": mapping}, date_format="DMY")
    assert counted(again) == [2, 2, 0, 0, 0]
    assert again["rejected_url"] is None


def test_json_lines_come_back_as_json_lines(deployment: dict[str, str], manager: Any) -> None:
    bodies: list[dict[str, Any]] = [
        {"given_name": "Asha", "phones": [{"number": fresh_phone(), "label": "home"}], "custom": {"ring": 14}},
        {"given_name": "Ravi", "phones": [{"number": "12"}]},
    ]
    content = "\n".join(json.dumps(body) for body in bodies).encode()
    done = imports.run(deployment, manager, content, {"format": "jsonl"})
    assert counted(done) == [2, 1, 0, 0, 1]
    asha = manager.get(f"/v1/customers/{told(manager, done['id'])[0][1]}").json
    assert (asha["phones"][0]["label"], asha["custom"]) == ("home", {"ring": 14})
    line: dict[str, Any] = json.loads(imports.fetch(done["rejected_url"])[1])
    assert {**line, "facet_error": ""} == {**bodies[1], "facet_error": ""}
    assert "phone" in line["facet_error"]
    line["phones"] = [{"number": fresh_phone()}]
    again = imports.run(deployment, manager, json.dumps(line).encode(), {"format": "jsonl"})
    assert counted(again) == [1, 1, 0, 0, 0]


def test_a_foreign_header_waits_for_its_mapping(deployment: dict[str, str], manager: Any) -> None:
    content = csv_of("First name,Mobile,Born,Groups", f"Asha,{fresh_phone()},15/03/1990,Gold;Old till")
    waiting = imports.run(deployment, manager, content)
    assert (waiting["status"], waiting["finished_at"], waiting["result_url"]) == ("unmapped", None, None)
    assert waiting["rows"] > 0, "the file has been read"
    proposed = waiting["proposal"]["mapping"]
    assert [column["column"] for column in waiting["proposal"]["columns"]] == ["First name", "Mobile", "Born", "Groups"]
    assert {target: proposed.get(target) for target in ("given_name", "phone", "birthday")} == {
        "given_name": "First name",
        "phone": "Mobile",
        "birthday": "Born",
    }
    assert imports.go_on(manager, waiting["id"])["status"] == "unmapped", "a late message changes nothing"
    path = f"/v1/imports/{waiting['id']}/mapping"

    wrong = manager.put(path, {"mapping": {**FOREIGN, "given_name": "Vorname"}})
    assert (wrong.status, wrong.pointers) == (422, ["/mapping/given_name"])
    unknown = manager.put(path, {"mapping": {"shoe_size": "Born"}})
    assert (unknown.status, unknown.pointers) == (422, ["/mapping/shoe_size"])
    said = manager.put(path, {"mapping": FOREIGN})
    assert (said.status, said.json["status"], said.json["proposal"]) == (200, "running", None)
    assert manager.put(path, {"mapping": FOREIGN}).status == 409
    done = imports.go_on(manager, waiting["id"])
    assert (done["status"], done["mapping"], done["reason"]) == ("done", FOREIGN, None)
    made = manager.get(f"/v1/customers/{told(manager, done['id'])[0][1]}").json
    assert (made["birthday"], made["tags"]) == ("1990-03-15", ["Gold", "Old till"])


def test_dates_that_fit_two_formats_wait_for_one(deployment: dict[str, str], manager: Any) -> None:
    lines = [f"Asha,{fresh_phone()},03/04/1990", f"Ravi,{fresh_phone()},05/06/1991"]
    content = csv_of("given_name,phone,birthday", *lines)
    waiting = imports.run(deployment, manager, content)
    assert waiting["status"] == "unmapped"
    assert "DMY and MDY" in waiting["reason"]
    said = manager.put(f"/v1/imports/{waiting['id']}/mapping", {"options": {"date_format": "MDY"}})
    assert said.status == 200, said.text
    done = imports.go_on(manager, waiting["id"])
    assert done["created"] == 2
    made = manager.get(f"/v1/customers/{told(manager, done['id'])[0][1]}").json
    assert made["birthday"] == "1990-03-04"


def test_after_a_check_the_mapping_may_be_said_anew(deployment: dict[str, str], manager: Any) -> None:
    content = csv_of("Name,Mobile,Job", f"Asha,{fresh_phone()},Nurse")
    mapping = {"given_name": "Name", "phone": "Mobile"}
    checked = imports.run(deployment, manager, content, {"mapping": mapping}, dry_run=True)
    assert checked["status"] == "checked"
    more = {**mapping, "occupation": "Job"}
    assert manager.put(f"/v1/imports/{checked['id']}/mapping", {"mapping": more}).status == 200
    again = imports.go_on(manager, checked["id"])
    assert (again["status"], again["mapping"], counted(again)) == ("checked", more, [1, 1, 0, 0, 0])
    manager.post(f"/v1/imports/{checked['id']}/start")
    done = imports.go_on(manager, checked["id"])
    assert manager.get(f"/v1/customers/{told(manager, done['id'])[0][1]}").json["occupation"] == "Nurse"


def test_another_delimiter_reads_the_file_anew(deployment: dict[str, str], manager: Any) -> None:
    content = csv_of("given_name|phone", f"Asha|{fresh_phone()}")
    waiting = imports.run(deployment, manager, content, delimiter=",")
    assert waiting["status"] == "unmapped"
    path = f"/v1/imports/{waiting['id']}/mapping"
    assert manager.put(path, {"options": {"delimiter": "|"}}).status == 200
    assert imports.go_on(manager, waiting["id"])["created"] == 1


def test_an_upload_that_never_comes_is_plain_to_see(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.handlers import serve

    import_id = imports.begin(manager)
    assert imports.state(manager, import_id)["status"] == "waiting"
    monkeypatch.setattr(serve, "now", lambda: datetime.now(UTC) + timedelta(minutes=16))
    assert imports.state(manager, import_id)["status"] == "expired"
    assert manager.post(f"/v1/imports/{import_id}/start").status == 409
    assert manager.put(f"/v1/imports/{import_id}/mapping", {"mapping": FOREIGN}).status == 409


@pytest.mark.parametrize("role", ["sales", "inventory", "analyst"])
def test_who_may_say_what_columns_mean(people: dict[str, Any], manager: Any, role: str) -> None:
    import_id = imports.begin(manager)
    assert people[role].put(f"/v1/imports/{import_id}/mapping", {"mapping": FOREIGN}).status == 403
    assert people[role].post(f"/v1/imports/{import_id}/start").status == 403


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"mapping": {}}, ["/mapping"]),
        ({"mapping": FOREIGN, "template": "shopify"}, [""]),
        ({"mapping": {"given_name": 1}}, None),
        ({"mapping": {"given_name": "a\u0000"}}, None),
        ({"maping": FOREIGN}, ["/maping"]),
        ({"format": "xls"}, ["/format"]),
        ({"file_name": "a\u202eb.csv"}, ["/file_name"]),
        ({"file_name": "x" * 201}, ["/file_name"]),
    ],
)
def test_a_wrong_body_is_refused_at_once(manager: Any, body: Any, pointers: list[str] | None) -> None:
    refused = manager.post("/v1/imports", {"kind": "customers", **body})
    assert refused.status == 422, refused.text
    assert pointers is None or refused.pointers == pointers


def test_the_form_fits_the_format(manager: Any) -> None:
    types = {
        "csv": "text/csv",
        "jsonl": "application/jsonl",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    for name, content_type in types.items():
        form = manager.post("/v1/imports", {"kind": "customers", "format": name}).json["upload"]
        assert form["fields"]["Content-Type"] == content_type
