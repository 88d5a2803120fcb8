"""A list that was exported goes back in over the API: as it was, or with cells that somebody edited."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.ids import new_id
from tests.support import exports, imports, workbooks
from tests.support.imports import fresh_phone

pytestmark = pytest.mark.emulator


def some(manager: Any) -> list[str]:
    """Customers whom a spreadsheet could get wrong."""
    shared = fresh_phone()
    homes = [{"kind": "billing", "city": "Pune"}, {"kind": "home", "city": "Goa"}, {"kind": "home", "city": "Surat"}]
    bodies: list[dict[str, Any]] = [
        {"given_name": "=Asha+1", "family_name": "'=x", "phones": [{"number": fresh_phone(), "label": "@home"}]},
        {"given_name": "Ravi", "phones": [{"number": shared}], "addresses": homes, "tags": ["VIP", "Gold"]},
        {"given_name": "Uma", "phones": [{"number": shared}], "allow_duplicate": True},
        {"company": 'Rao; Söhne, "Gold"', "emails": [{"address": f"A+b{fresh_phone()[1:]}@Example.com"}]},
        {
            "given_name": "🎉 अशा",
            "phones": [{"number": fresh_phone()}, {"number": fresh_phone()}],
            "birthday": "--02-29",
            "important_dates": [{"label": "Diwali", "date": "--11-08"}],
            "custom": {"n": 12, "text": 'a\r\n"b"\n=c', "list": [1, {"x": None}], "flag": True, "none": None},
        },
    ]
    made = [manager.post("/v1/customers", body) for body in bodies]
    assert [reply.status for reply in made] == [201] * len(bodies), [reply.text for reply in made]
    return [str(reply.json["id"]) for reply in made]


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "jsonl"])
def test_what_was_exported_comes_back_unchanged(deployment: dict[str, str], manager: Any, file_format: str) -> None:
    ids = some(manager)
    before = [manager.get(f"/v1/customers/{each}").json for each in ids]
    content = exports.content(exports.run(manager, format=file_format, ids=ids))
    done = imports.run(deployment, manager, content, {"format": file_format})
    rows = imports.rows(manager, done["id"])
    assert (done["status"], done["unchanged"]) == ("done", len(ids)), (done, rows)
    assert [row["customer_id"] for row in rows] == ids
    assert [manager.get(f"/v1/customers/{each}").json for each in ids] == before


def exported(caller: Any, *ids: str, **asked: Any) -> list[dict[str, str]]:
    """The rows of these customers as a spreadsheet has them, to be edited."""
    return exports.rows(exports.run(caller, format="csv", ids=ids, **asked))


def saved(*edited: dict[str, str]) -> bytes:
    """The rows as a spreadsheet saves them."""
    header = list(dict.fromkeys(name for row in edited for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    writer.writerows(edited)
    return text.getvalue().encode()


def told(caller: Any, import_id: str) -> list[tuple[str, str | None]]:
    return [(row["result"], row["customer_id"]) for row in imports.rows(caller, import_id)]


def added(caller: Any, **fields: Any) -> Any:
    made = caller.post("/v1/customers", fields)
    assert made.status == 201, made.text
    return made.json


def counted(deployment: dict[str, str], caller: Any, content: bytes, **asked: Any) -> dict[str, list[Any]]:
    """What a dry run says, and then what happens."""
    checked = imports.run(deployment, caller, content, asked, dry_run=True)
    said = told(caller, checked["id"])
    done = imports.run(deployment, caller, content, asked)
    return {"said": said, "happened": told(caller, done["id"])}


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "jsonl"])
def test_a_name_and_a_number_that_were_edited_change_that_customer(
    deployment: dict[str, str], manager: Any, file_format: str
) -> None:
    old, kept, new = fresh_phone(), fresh_phone(), fresh_phone()
    phones = [{"number": old, "label": "home"}, {"number": kept}]
    known = added(manager, given_name="Asha", family_name="Rao", phones=phones, occupation="Nurse")
    if file_format == "jsonl":
        (line,) = exports.lines(exports.run(manager, format="jsonl", ids=[known["id"]]))
        line = {**line, "given_name": "Usha", "phones": [{"number": new, "label": "home"}]}
        content = json.dumps(line).encode()
    else:
        (row,) = exported(manager, known["id"])
        row = {**row, "given_name": "Usha", "phone": new, "phone_2": "", "occupation": ""}
        book = workbooks.workbook(("List", [list(row), list(row.values())]))
        content = saved(row) if file_format == "csv" else book.getvalue()
    both = counted(deployment, manager, content, format=file_format)
    assert both == {"said": [("updated", known["id"])], "happened": [("updated", known["id"])]}
    after = manager.get(f"/v1/customers/{known['id']}").json
    assert (after["given_name"], after["family_name"], after["occupation"]) == ("Usha", "Rao", "Nurse")
    assert [(phone["e164"], phone["label"]) for phone in after["phones"]] == [(new, "home"), (kept, None)]
    assert manager.get(f"/v1/customers?q={old.replace('+', '%2B')}").json["items"] == []
    assert len(manager.get(f"/v1/customers?q={new.replace('+', '%2B')}").json["items"]) == 1


def test_what_was_emptied_says_nothing_and_the_second_number_stays_the_second(
    deployment: dict[str, str], manager: Any
) -> None:
    first, second, new = fresh_phone(), fresh_phone(), fresh_phone()
    phones = [{"number": first, "label": "home"}, {"number": second, "label": "work"}]
    known = added(manager, given_name="Asha", phones=phones)
    (row,) = exported(manager, known["id"])
    content = saved({**row, "given_name": "", "phone": "", "phone_2": new, "phone_2_label": ""})
    assert told(manager, imports.run(deployment, manager, content)["id"]) == [("updated", known["id"])]
    after = manager.get(f"/v1/customers/{known['id']}").json
    assert after["given_name"] == "Asha"
    assert [(phone["e164"], phone["label"]) for phone in after["phones"]] == [(first, "home"), (new, "work")]


def test_two_of_one_name_and_number_stay_two(deployment: dict[str, str], manager: Any) -> None:
    shared = [{"number": fresh_phone()}]
    one = added(manager, given_name="Asha", phones=shared)
    other = added(manager, given_name="Asha", phones=shared, allow_duplicate=True)
    ids = [one["id"], other["id"]]
    columns = ["id", "given_name", "phone", "occupation"]
    edited = [
        {**row, "occupation": work} for row, work in zip(exported(manager, *ids, columns=columns), "AB", strict=True)
    ]
    expected = [("updated", each) for each in ids]
    assert counted(deployment, manager, saved(*edited)) == {"said": expected, "happened": expected}
    assert [manager.get(f"/v1/customers/{each}").json["occupation"] for each in ids] == ["A", "B"]


def test_rows_of_one_id_are_done_in_their_order(deployment: dict[str, str], manager: Any) -> None:
    known = added(manager, given_name="Asha", phones=[{"number": fresh_phone()}])
    (row,) = exported(manager, known["id"], columns=["id", "given_name", "phone"])
    numbers = [fresh_phone() for _ in range(3)]
    again = {**row, "given_name": "", "phone": numbers[2]}  # after the third row it says nothing new
    content = saved(*({**row, "phone": number} for number in numbers), again)
    expected = [(result, known["id"]) for result in ("updated", "updated", "updated", "unchanged")]
    assert counted(deployment, manager, content) == {"said": expected, "happened": expected}
    assert [phone["e164"] for phone in manager.get(f"/v1/customers/{known['id']}").json["phones"]] == numbers[2:]


def test_an_archived_customer_is_rejected_and_another_ones_external_id_too(
    deployment: dict[str, str], manager: Any
) -> None:
    gone = added(manager, given_name="Asha", phones=[{"number": fresh_phone()}])
    known = added(manager, given_name="Ravi", phones=[{"number": fresh_phone()}])
    key = f"id-{fresh_phone()}"
    owner = added(manager, given_name="Uma", phones=[{"number": fresh_phone()}], external_id=key)
    first, second = exported(manager, gone["id"], known["id"], columns=["id", "given_name", "phone", "external_id"])
    assert manager.delete(f"/v1/customers/{gone['id']}").status == 204
    content = saved({**first, "given_name": "Usha"}, {**second, "external_id": key})
    for dry_run in (True, False):
        done = imports.run(deployment, manager, content, dry_run=dry_run)
        archived, taken = imports.rows(manager, done["id"])
        assert (archived["result"], taken["result"], taken["field"]) == ("rejected", "rejected", "external_id")
        assert "archived" in archived["reason"]
        assert gone["id"] in archived["reason"]
        assert owner["id"] in taken["reason"]


def test_an_id_that_nobody_here_has_says_nothing_and_text_that_is_none_is_named(
    deployment: dict[str, str], manager: Any
) -> None:
    number, unknown = fresh_phone(), new_id("cus", datetime.now(UTC))
    known = added(manager, given_name="Asha", phones=[{"number": number}])
    people = [(unknown, "Asha", number), (unknown, "New", fresh_phone()), ("17", "Ravi", fresh_phone())]
    content = saved(*({"id": each, "given_name": name, "phone": phone} for each, name, phone in people))
    for dry_run in (True, False):
        done = imports.run(deployment, manager, content, dry_run=dry_run)
        met, made, wrong = imports.rows(manager, done["id"])
        assert (met["result"], met["customer_id"], made["result"]) == ("unchanged", known["id"], "created")
        assert (wrong["result"], wrong["field"]) == ("rejected", "id")
        assert "external_id" in wrong["reason"]


def test_an_edited_export_can_be_taken_back(deployment: dict[str, str], manager: Any) -> None:
    known = added(manager, given_name="Asha", phones=[{"number": fresh_phone()}])
    (row,) = exported(manager, known["id"])
    done = imports.run(deployment, manager, saved({**row, "given_name": "Usha", "phone": fresh_phone()}))
    assert told(manager, done["id"]) == [("updated", known["id"])]
    undone = manager.post(f"/v1/imports/{done['id']}/undo")
    assert undone.status == 202, undone.text
    assert imports.deliver(json.dumps({"job_id": undone.json["id"]})) == []
    after = manager.get(f"/v1/customers/{known['id']}").json
    assert (after["given_name"], after["phones"]) == ("Asha", known["phones"])
    again = imports.run(deployment, manager, saved({**row, "given_name": "Usha"}))
    assert told(manager, again["id"]) == [("updated", known["id"])]
