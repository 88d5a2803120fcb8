"""Rows of a list that are about one customer, whom they call by different names, are done in the order of the file."""

import itertools

import pytest

from tests.support.world import World
from tests.support.world.arrangement import made

HEADER = "external_id,given_name,family_name,phone"
# Meera has EXT-1 and the first number. Whoever gives the number up leaves it to the row after.
BY_ID = "EXT-1,Meera,Shah,+919810000777"
BY_NUMBER = ",Meera,Shah,+919810000001"


@pytest.mark.parametrize("order", list(itertools.permutations((BY_ID, BY_NUMBER))), ids=("id first", "number first"))
def test_rows_about_one_customer_keep_their_order(world: World, order: tuple[str, str]) -> None:
    manager = world.api("manager")
    begun = made(manager.post("/v1/imports", {"kind": "customers", "file_name": "two.csv"}))
    others = [f"OTHER-{number},Nila,Iyer,+9198100008{number:02}" for number in range(20)]
    world.upload(begun["upload"], "\n".join((HEADER, *order, *others, "")))
    world.deliver()
    done = manager.get(f"/v1/imports/{begun['id']}").json
    told = (done["created"], done["updated"], done["unchanged"])
    # By the id first: the number is free then, and a new customer has it. The other way round both find Meera.
    assert told == ((21, 1, 0) if order[0] == BY_ID else (20, 1, 1))
    world.check()
