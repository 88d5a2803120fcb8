"""An undo does rows side by side, and one may need the number that another one still holds."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from chalicelib.handlers import undo_steps
from tests.support.world import World
from tests.support.world.arrangement import made

MOVED = """external_id,given_name,family_name,phone
EXT-1,Meera,Shah,+919810000777
OTHER-1,Nila,Iyer,+919810000001
"""


def last_first(rows: Iterable[Any], _: Any, do: Callable[[Any], Any]) -> list[Any]:
    """As if the thread of the last row were the fastest."""
    return [do(row) for row in reversed(list(rows))][::-1]


def first_first(rows: Iterable[Any], _: Any, do: Callable[[Any], Any]) -> list[Any]:
    return [do(row) for row in rows]


@pytest.mark.parametrize("order", [first_first, last_first])
def test_a_number_goes_back_whichever_row_is_undone_first(
    world: World, monkeypatch: pytest.MonkeyPatch, order: Any
) -> None:
    manager, (meera, *_) = world.api("manager"), world.records["cus"]
    begun = made(manager.post("/v1/imports", {"kind": "customers", "file_name": "moved.csv"}))
    world.upload(begun["upload"], MOVED)
    world.deliver()
    done = made(manager.get(f"/v1/imports/{begun['id']}"))
    assert (done["created"], done["updated"]) == (1, 1)
    monkeypatch.setattr(undo_steps, "side_by_side", order)
    undo = made(manager.post(f"/v1/imports/{begun['id']}/undo"))
    world.deliver()
    taken_back = made(manager.get(f"/v1/undos/{undo['id']}"))
    assert (taken_back["status"], taken_back["undone"], taken_back["kept"]) == ("done", 2, 0)
    assert [each["e164"] for each in made(manager.get(f"/v1/customers/{meera}"))["phones"]] == ["+919810000001"]
    world.check()
