"""Exports over the API: which customers, which columns, what a spreadsheet makes of them, and who may."""

import io
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.support import exports, imports
from tests.support.imports import Turn, fresh_phone

pytestmark = pytest.mark.emulator
_numbers = itertools.count(1)


def unique() -> str:
    return f"Export{next(_numbers)}x{fresh_phone()[-6:]}"


def made(api: Any, **fields: Any) -> str:
    body = {"given_name": "Asha", "phones": [{"number": fresh_phone()}], **fields}
    reply = api.post("/v1/customers", body)
    assert reply.status == 201, reply.text
    return str(reply.json["id"])


def test_a_filtered_list_comes_out(manager: Any) -> None:
    city = unique()
    here = [made(manager, addresses=[{"kind": "home", "city": city}]) for _ in range(3)]
    made(manager, addresses=[{"kind": "home", "city": unique()}])
    done = exports.run(manager, format="csv", filter={"city": city})
    assert (done["status"], done["rows"], done["progress"], done["filter"]) == ("done", 3, 1.0, {"city": city})
    assert sorted(row["id"] for row in exports.rows(done)) == sorted(here)


def test_archived_customers_come_only_when_asked(manager: Any) -> None:
    name = unique()
    active, archived = made(manager, given_name=name), made(manager, given_name=name)
    assert manager.delete(f"/v1/customers/{archived}").status == 204
    listed = {row["id"] for row in exports.rows(exports.run(manager, format="csv"))}
    assert active in listed
    assert archived not in listed
    found = {row["id"]: row["status"] for row in exports.rows(exports.run(manager, format="csv", archived=True))}
    assert (found[active], found[archived]) == ("active", "archived")
    narrowed = exports.run(manager, format="csv", filter={"status": "archived"})
    assert archived in {row["id"] for row in exports.rows(narrowed)}


def test_ids_come_in_their_order_and_missing_ones_are_counted(manager: Any) -> None:
    ids = [made(manager) for _ in range(3)]
    nobody = "cus_00000000000000000000000000"
    done = exports.run(manager, format="csv", ids=[*reversed(ids), nobody])
    assert [row["id"] for row in exports.rows(done)] == [*reversed(ids)]
    assert (done["rows"], done["missing"], done["ids"]) == (3, 1, 4)


def test_columns_can_be_chosen(manager: Any) -> None:
    customer = made(manager, custom={"Ring size": "12", "other": "x"}, occupation="=1+1")
    columns = ["occupation", "custom.Ring size", "given_name", "home_city"]
    done = exports.run(manager, format="csv", ids=[customer], columns=columns)
    assert exports.table(done) == [columns, ["'=1+1", "12", "Asha", ""]]


def test_a_column_stands_there_when_somebody_fills_it(manager: Any) -> None:
    ids = [made(manager), made(manager, emails=[{"address": f"{unique()}@example.com", "label": "work"}])]
    header = exports.table(exports.run(manager, format="csv", ids=ids))[0]
    assert "email_label" in header
    assert "email_2" not in header
    assert {"id", "given_name", "family_name", "phone", "created_at"} <= set(header)


def test_no_formula_leaves_in_a_csv(manager: Any) -> None:
    nasty = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", " =1", "＝1", "'=1", "'-"]
    customer = made(manager, given_name=nasty[0], custom={f"={cell}": cell for cell in nasty})
    rows = exports.table(exports.run(manager, format="csv", ids=[customer]))
    for cell in itertools.chain(*rows):
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝")), cell
    given = dict(zip(*rows, strict=True))
    assert given["given_name"] == f"'{nasty[0]}"
    assert given["custom.='=1"] == "''=1"


def test_no_formula_leaves_in_an_xlsx(manager: Any) -> None:
    nasty = {"a": "=1+1", "b": "+1", "c": "-1", "d": "@SUM(A1)", "e": "plain", "f": '=HYPERLINK("http://x")'}
    customer = made(manager, given_name="=1+1", custom=nasty)
    book = load_workbook(io.BytesIO(exports.content(exports.run(manager, format="xlsx", ids=[customer]))))
    header, row = book.active.iter_rows()
    assert all(cell.data_type in ("s", "inlineStr", "n") for cell in (*header, *row))
    assert not [cell for cell in row if cell.data_type == "n" and cell.value is not None]
    found = {name.value: cell.value for name, cell in zip(header, row, strict=True)}
    assert {name.removeprefix("custom."): found[name] for name in found if name.startswith("custom.")} == nasty
    assert found["given_name"] == "=1+1"
    assert next(cell for cell in row if cell.value == "=1+1").number_format == "@"


def test_a_jsonl_line_is_the_body_that_makes_the_customer(manager: Any) -> None:
    body = {"custom": {"n": 1.5, "list": ["a", {"b": None}]}, "important_dates": [{"label": "x", "date": "--03-15"}]}
    customer = made(manager, tags=["VIP"], **body)
    (line,) = exports.lines(exports.run(manager, format="jsonl", ids=[customer]))
    assert (line["id"], line["tags"], line["status"]) == (customer, ["VIP"], "active")
    assert {name: line[name] for name in body} == body


def test_tags_that_the_caller_does_not_see_stay_out(manager: Any) -> None:
    hidden = unique()
    tag = manager.post("/v1/tags", {"name": hidden, "visibility": "everyone"})
    customer = made(manager, tags=[hidden, "Gold"])
    assert exports.rows(exports.run(manager, format="csv", ids=[customer]))[0]["tags"] == f"{hidden}|Gold"
    changed = manager.patch(f"/v1/tags/{tag.json['id']}", {"visibility": "hidden"})
    assert changed.status == 200
    assert exports.rows(exports.run(manager, format="csv", ids=[customer]))[0]["tags"] == "Gold"


def test_custom_fields_that_no_header_holds_are_counted(manager: Any) -> None:
    customer = made(manager, custom={"x" * 300: "1", "fine": "2"})
    done = exports.run(manager, format="csv", ids=[customer])
    assert done["left_out"] == 1
    assert exports.rows(done)[0]["custom.fine"] == "2"


def test_more_custom_fields_than_a_header_holds(manager: Any) -> None:
    customer = made(manager, custom={f"field {number:03}": "x" for number in range(200)})
    done = exports.run(manager, format="csv", ids=[customer])
    header = exports.table(done)[0]
    assert len(header) <= 200
    assert done["left_out"] == 200 - sum(name.startswith("custom.") for name in header)


def test_it_goes_on_where_its_time_was_up(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.domain.exports.job.MOST_A_PART", 2)
    monkeypatch.setattr("chalicelib.handlers.exports_customers.PAGE", 2)
    ids = [made(manager) for _ in range(7)]
    export_id = exports.begin(manager, format="csv", ids=ids)
    turns = 0
    while exports.state(manager, export_id)["status"] != "done":
        before = exports.state(manager, export_id)["progress"]
        exports.deliver(export_id, turn=Turn(left_ms=61_500, step_ms=1_000))
        turns += 1
        assert exports.state(manager, export_id)["progress"] >= before
        assert turns < 10
    assert turns > 2
    assert [row["id"] for row in exports.rows(exports.state(manager, export_id))] == ids


def test_an_export_is_found_in_the_list(manager: Any) -> None:
    export_id = exports.begin(manager, format="csv")
    listed = manager.get("/v1/exports?limit=1").json["items"][0]
    assert (listed["id"], listed["status"], listed["progress"], listed["rows"]) == (export_id, "waiting", 0, 0)
    assert "download_url" not in listed
    assert exports.state(manager, export_id)["download_url"] is None


def test_the_same_key_makes_one_export(manager: Any) -> None:
    key = unique()
    first, second = (manager.post("/v1/exports", {"format": "csv"}, Idempotency_Key=key) for _ in range(2))
    assert first.json == second.json
    assert second.headers["Idempotent-Replayed"] == "true"


def test_the_file_is_offered_as_long_as_it_is_kept(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    done = exports.run(manager, format="csv", ids=[made(manager)])
    status, _, headers = imports.fetch(done["download_url"])
    assert (status, headers["content-disposition"]) == (200, f'attachment; filename="{done["id"]}-customers.csv"')
    assert "X-Amz-Expires=900" in done["download_url"]
    lasts = datetime.fromisoformat(done["download_expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < lasts <= timedelta(minutes=15)
    kept = datetime.fromisoformat(done["kept_until"])
    assert kept == datetime.fromisoformat(done["finished_at"]) + timedelta(days=7)
    monkeypatch.setattr("chalicelib.domain.exports.model.KEPT", timedelta(0))
    assert exports.state(manager, done["id"])["download_url"] is None


def test_the_audit_says_who_took_what_and_who_got_the_link(manager: Any, admin: Any) -> None:
    customer = made(manager)
    done = exports.run(manager, format="csv", ids=[customer])
    exports.state(admin, done["id"])
    entries = admin.get(f"/v1/audit?entity={done['id']}").json["items"]
    actions = [entry["action"] for entry in entries]
    assert actions == ["export.link", "export.link", "export.finish", "export.create"]
    me, other = (api.get("/v1/me").json["id"] for api in (manager, admin))
    assert [entry["actor"]["id"] for entry in entries] == [other, me, me, me]
    assert entries[-1]["after"]["ids"] == [customer]
    assert entries[2]["after"]["rows"] == 1


@pytest.mark.parametrize("role", ["sales", "inventory", "analyst"])
def test_others_take_nothing_out(people: dict[str, Any], manager: Any, role: str) -> None:
    done = exports.run(manager, format="csv", ids=[made(manager)])
    for method, path in (("POST", "/v1/exports"), ("GET", "/v1/exports"), ("GET", f"/v1/exports/{done['id']}")):
        assert people[role](method, path, {"format": "csv"} if method == "POST" else None).status == 403


BAD: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["/format"]),
    ({"format": "pdf"}, ["/format"]),
    ({"format": "csv", "kind": "messages"}, ["/kind"]),
    ({"format": "csv", "columns": ["given_name", "shoe_size"]}, ["/columns/1"]),
    ({"format": "csv", "columns": ["custom."]}, ["/columns/0"]),
    ({"format": "csv", "columns": ["custom.a\u2028b"]}, ["/columns/0"]),
    ({"format": "csv", "columns": ["email", "email"]}, ["/columns"]),
    ({"format": "csv", "columns": []}, ["/columns"]),
    ({"format": "jsonl", "columns": ["email"]}, ["/columns"]),
    ({"format": "csv", "ids": []}, ["/ids"]),
    ({"format": "csv", "ids": ["cus_1"]}, ["/ids/0"]),
    ({"format": "csv", "ids": ["cus_00000000000000000000000000"] * 2}, ["/ids"]),
    ({"format": "csv", "ids": [f"cus_{n:026}" for n in range(1001)]}, ["/ids"]),
    ({"format": "csv", "ids": ["cus_00000000000000000000000000"], "filter": {"city": "Pune"}}, ["/filter"]),
    ({"format": "csv", "filter": {"planet": "Mars"}}, ["/filter/planet"]),
    ({"format": "csv", "filter": {"country": "XX"}}, ["/filter/country"]),
    ({"format": "csv", "filter": {"status": "gone"}}, ["/filter/status"]),
    ({"format": "csv", "filter": {}, "archived": True}, ["/archived"]),
    ({"format": "csv", "archived": "yes"}, ["/archived"]),
    ({"format": "csv", "kind": "everything"}, ["/format"]),
    ({"format": "jsonl", "kind": "everything", "filter": {}, "ids": None}, ["/filter"]),
    ({"format": "csv", "bucket": "mine"}, ["/bucket"]),
]


@pytest.mark.parametrize(("body", "pointers"), BAD)
def test_what_cannot_be_is_refused(manager: Any, body: dict[str, Any], pointers: list[str]) -> None:
    reply = manager.post("/v1/exports", body)
    assert (reply.status, reply.pointers) == (422, pointers), reply.text


def test_unknown_exports_are_not_found(manager: Any) -> None:
    import_id = imports.begin(manager)
    for export_id in ("exp_00000000000000000000000000", "exp_1", import_id):
        assert manager.get(f"/v1/exports/{export_id}").status == 404


def test_too_many_rows_for_an_xlsx_are_told(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.repos.xlsx_writer.MOST_ROWS", 1)
    done = exports.run(manager, format="xlsx", ids=[made(manager), made(manager)])
    assert (done["status"], done["download_url"]) == ("failed", None)
    assert done["reason"] == "An xlsx file holds 1 customers at most. Take csv, or narrow it by a filter."
