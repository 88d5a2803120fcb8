"""A tag that the request itself made: the function has read the shop's tags before, and must look again."""

import time
from typing import Any

import pytest

from chalicelib.wiring import shop
from tests.proof.scenarios import customer, unique
from tests.support import jobs

pytestmark = pytest.mark.emulator


def test_a_function_that_read_the_tags_before_takes_the_new_one(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made, tag = customer(manager), unique()
    before = shop.shop.fresh()
    asked = {"selection": {"ids": [made["id"]]}, "action": {"kind": "tag", "tags": [tag]}}
    begun = manager.post("/v1/customers/bulk", asked)
    assert begun.status == 202, begun.text
    monkeypatch.setattr(shop.shop, "_last", (time.monotonic(), before))  # another process, which does not know yet
    jobs.run(begun.json["id"])
    (row,) = jobs.rows(manager, f"/v1/customers/bulk/{begun.json['id']}")
    assert (row["result"], row["reason"]) == ("changed", None)
    assert manager.get(f"/v1/customers/{made['id']}").json["tags"] == [tag]
