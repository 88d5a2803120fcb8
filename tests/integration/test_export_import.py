"""A list that was exported goes back in over the API, and nobody is changed, added or lost."""

from typing import Any

import pytest

from tests.support import exports, imports
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
