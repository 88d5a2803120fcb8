"""Mappings of imports over the API: ready-made ones and those that people keep."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.audit import cores

pytestmark = pytest.mark.emulator
PATH = "/v1/imports/mappings"
MAPPING = {"given_name": "First", "phone": {"position": 3}, "consents.email.birthday": "News"}


def name() -> str:
    return f"Till {uuid4().hex}"


def save(caller: Any, **fields: Any) -> Any:
    return caller.post(PATH, {"name": name(), "mapping": MAPPING, **fields})


def kept(caller: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    cursor = ""
    while True:
        page = caller.get(f"{PATH}?limit=50{cursor}").json
        found |= {item["id"]: item for item in page["items"]}
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def test_the_ready_made_mappings_are_listed(manager: Any) -> None:
    page = manager.get("/v1/imports/templates").json
    assert [item["name"] for item in page["items"]] == ["odoo", "shopify", "square", "the_edge"]
    assert page["items"][1]["columns"]["home_city"] == ["Default Address City", "City"]
    assert manager.get("/v1/imports/templates?limit=1").json["next_cursor"]


def test_a_mapping_is_kept_listed_and_removed_with_its_audit(manager: Any) -> None:
    made = save(manager)
    assert made.status == 201, made.text
    assert made.json["mapping"] == MAPPING
    assert made.headers["Location"] == f"{PATH}/{made.json['id']}"
    assert kept(manager)[made.json["id"]] == made.json
    path = f"{PATH}/{made.json['id']}"
    assert [manager.delete(path).status for _ in range(2)] == [204, 204]
    assert made.json["id"] not in kept(manager)
    told = [core["action"] for core in cores() if core["entity"] == made.json["id"]]
    assert told == ["import_mapping.create", "import_mapping.delete"]


def test_names_are_unique_without_case_and_accents(manager: Any) -> None:
    word = uuid4().hex
    first = save(manager, name=f"Kassé {word}")
    again = save(manager, name=f"KASSE  {word}")
    assert (again.status, again.json["code"]) == (409, "duplicate_mapping")
    assert again.json["conflict"] == {"id": first.json["id"]}
    assert manager.delete(f"{PATH}/{first.json['id']}").status == 204
    assert save(manager, name=f"KASSE  {word}").status == 201


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "!!!"}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": "a\u202eb"}, "/name"),
        ({"name": 7}, "/name"),
        ({"mapping": {}}, "/mapping"),
        ({"mapping": []}, "/mapping"),
        ({"mapping": {"given_nam": "First", "phone": "P"}}, "/mapping/given_nam"),
        ({"mapping": {"status": "Id", "given_name": "First", "phone": "P"}}, "/mapping/status"),
        ({"mapping": {"custom.": "X", "given_name": "First", "phone": "P"}}, "/mapping/custom."),
        (
            {"mapping": {"consents.fax.birthday": "X", "given_name": "A", "phone": "P"}},
            "/mapping/consents.fax.birthday",
        ),
        ({"mapping": {"given_name": "First"}}, "/mapping"),
        ({"mapping": {"full_name": "N", "given_name": "First", "phone": "P"}}, "/mapping/given_name"),
        ({"mapping": {"given_name": 3, "phone": "P"}}, "/mapping/given_name"),
        ({"mapping": {"given_name": {"position": 0}, "phone": "P"}}, "/mapping/given_name"),
        ({"mapping": {"given_name": {"column": "A", "position": 1}, "phone": "P"}}, "/mapping/given_name"),
        ({"mapping": {"given_name": "A", "phone": {"column": "P", "regex": ".*"}}}, "/mapping/phone"),
        ({"options": {}}, "/options"),
    ],
)
def test_what_cannot_be_a_mapping_is_refused_by_its_field(manager: Any, fields: dict[str, Any], pointer: str) -> None:
    before = kept(manager)
    reply = save(manager, **fields)
    assert reply.status == 422, reply.text
    assert any(error["pointer"].startswith(pointer) for error in reply.json["errors"]), reply.text
    assert kept(manager) == before


def test_a_mapping_that_never_was_is_not_found(manager: Any) -> None:
    for unknown in ("map_00000000000000000000000000", "cus_00000000000000000000000000", "x"):
        assert manager.delete(f"{PATH}/{unknown}").status == 404


def test_sales_neither_read_nor_write_mappings(sales: Any) -> None:
    assert [sales.get(PATH).status, save(sales).status] == [403, 403]
