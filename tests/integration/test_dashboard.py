"""Figures of the whole shop."""

from typing import Any
from uuid import uuid4

import pytest

from chalicelib.repos.table import Table

pytestmark = pytest.mark.emulator
PATH = "/v1/dashboard"


def counts(caller: Any) -> dict[str, int]:
    return dict(caller.get(PATH).json["customers"])


def test_customers_are_counted_by_the_writes(manager: Any) -> None:
    before = counts(manager)
    ids = []
    for _ in range(3):
        body = {"given_name": "Counted", "emails": [{"address": f"{uuid4()}@example.com"}]}
        ids.append(manager.post("/v1/customers", body).json["id"])
    manager.delete(f"/v1/customers/{ids[0]}")
    manager.delete(f"/v1/customers/{ids[0]}")
    manager.delete(f"/v1/customers/{ids[1]}")
    manager.post(f"/v1/customers/{ids[1]}/restore")
    now = counts(manager)
    assert {name: now[name] - before[name] for name in now} == {"active": 2, "archived": 1, "total": 3}
    assert now["total"] == now["active"] + now["archived"]


def test_it_costs_one_query_however_many_there_are(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    manager.get(PATH)
    sent: list[str] = []
    send = Table.send

    def counted(self: Table, operation: str, **arguments: Any) -> Any:
        sent.append(operation)
        return send(self, operation, **arguments)

    monkeypatch.setattr(Table, "send", counted)
    assert manager.get(PATH).status == 200
    assert sent in (["query"], ["query", "query"]), "the staff directory may have to be read again"


def test_every_role_sees_it_and_strangers_do_not(people: dict[str, Any]) -> None:
    for role in ("admin", "manager", "sales", "inventory", "analyst"):
        assert set(counts(people[role])) == {"active", "archived", "total"}
    assert people["anonymous"].get(PATH).status == 401
