"""Sixteen clients at once, and a fifth of all transactions refused: exactly the right number win."""

from collections import Counter
from functools import partial
from typing import Any

import pytest

from chalicelib.wiring.store import table
from tests.proof.scenarios import customer, found, kinds, number, unique
from tests.support import invariants
from tests.support.race import conflicts, together

pytestmark = [pytest.mark.emulator, pytest.mark.race]
CLIENTS = 16
FINE = {200, 201, 204}


def statuses(replies: list[Any]) -> Counter[int]:
    assert all(reply.status < 500 for reply in replies), [reply.text for reply in replies if reply.status >= 500]
    return Counter(reply.status for reply in replies)


@pytest.mark.parametrize("seed", range(3))
def test_one_number_one_customer(sales: Any, seed: int) -> None:
    mobile = number()
    bodies = [{"given_name": unique(), "phones": [{"number": mobile}]} for _ in range(CLIENTS)]
    with conflicts(seed):
        replies = together([partial(sales.post, "/v1/customers", body) for body in bodies])
    counted = statuses(replies)
    assert counted[201] == 1
    assert counted[201] + counted[409] == CLIENTS
    (winner,) = found(sales, f"q={mobile[1:]}")
    named = {reply.json["conflict"]["id"] for reply in replies if reply.status == 409 and "conflict" in reply.json}
    assert named <= {winner}


@pytest.mark.parametrize("seed", range(3))
def test_one_key_one_effect(sales: Any, seed: int) -> None:
    name, key = unique(), unique()
    body = {"given_name": name, "phones": [{"number": number()}]}
    with conflicts(seed):
        replies = together([lambda: sales.post("/v1/customers", body, Idempotency_Key=key)] * CLIENTS)
    counted = statuses(replies)
    assert set(counted) <= {201, 409}
    assert all(reply.code == "busy" for reply in replies if reply.status == 409)
    assert len({reply.text for reply in replies if reply.status == 201}) == 1
    assert len(found(sales, f"q={name}")) == 1


@pytest.mark.parametrize("seed", range(3))
def test_one_version_one_change(sales: Any, seed: int) -> None:
    path = f"/v1/customers/{customer(sales)['id']}"
    with conflicts(seed):
        replies = together([partial(sales.patch, path, {"nickname": f"N{n}"}, If_Match='"1"') for n in range(CLIENTS)])
    counted = statuses(replies)
    assert counted[200] == 1
    assert counted[412] + counted[409] == CLIENTS - 1
    assert sales.get(path).json["version"] == 2


def test_changes_without_if_match_all_count(sales: Any) -> None:
    """Each writes another field: whoever is told 200 must find their field at the end."""
    made = customer(sales)
    path = f"/v1/customers/{made['id']}"
    with conflicts(7):
        replies = together([partial(sales.patch, path, {"custom": {f"f{n}": n}}) for n in range(CLIENTS)])
    assert set(statuses(replies)) <= {200, 409}
    kept = sales.get(path).json
    accepted = {f"f{n}" for n, reply in enumerate(replies) if reply.status == 200}
    assert set(kept["custom"]) == accepted
    assert kept["version"] == 1 + len(accepted)
    assert Counter(kinds(sales, made["id"]))["customer_changed"] == len(accepted)


def test_shared_numbers_given_up_at_once(sales: Any) -> None:
    mobile = number()
    holders = [customer(sales, phones=[{"number": mobile}], allow_duplicate=True) for _ in range(8)]
    with conflicts(11):
        replies = together(
            [partial(sales.patch, f"/v1/customers/{h['id']}", {"phones": [{"number": number()}]}) for h in holders]
        )
    assert set(statuses(replies)) <= {200, 409}
    left = [h["id"] for h, reply in zip(holders, replies, strict=True) if reply.status == 409]
    assert sorted(found(sales, f"q={mobile[1:]}")) == sorted(left)
    invariants.check(table())


def test_notes_of_many_all_stay(sales: Any) -> None:
    made = customer(sales)
    path = f"/v1/customers/{made['id']}/notes"
    with conflicts(13):
        replies = together([partial(sales.post, path, {"text": f"Note {n}"}) for n in range(CLIENTS)])
    assert set(statuses(replies)) <= {201, 409}
    accepted = {f"Note {n}" for n, reply in enumerate(replies) if reply.status == 201}
    assert {note["text"] for note in sales.get(f"{path}?limit=100").json["items"]} == accepted


def test_archive_against_note_and_change(sales: Any, manager: Any) -> None:
    made = customer(sales)
    path = f"/v1/customers/{made['id']}"
    actions = [
        lambda: manager.delete(path),
        lambda: sales.post(f"{path}/notes", {"text": "At the same moment"}),
        lambda: sales.patch(path, {"nickname": "N"}),
        lambda: manager.post(f"{path}/restore"),
    ] * 4
    with conflicts(17):
        replies = together(actions)
    assert set(statuses(replies)) <= FINE | {409}
    invariants.check(table())
