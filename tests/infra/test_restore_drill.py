"""The drill as an administrator runs it: back up, restore, check, repair; and going back to a restored table."""

import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.config import settings
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, Table, decode, key_of
from chalicelib.wiring import clients, store
from chalicelib.wiring import shop as shop_data
from tests.support.sweeping import own_table
from tools import check_table, restore, shop_place
from tools.shop_place import ShopPlace
from tools.table_check import scan

pytestmark = pytest.mark.emulator


@pytest.fixture
def shop(deployment: dict[str, str], admin: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[ShopPlace]:
    """A shop with a customer in a table of its own."""
    name = f"facet-drill-{uuid.uuid4().hex[:8]}"
    with own_table(name):
        admin.get("/v1/me")
        body = {"given_name": "Drill", "phones": [{"number": "+919812345678"}], "tags": ["VIP"]}
        made = admin.post("/v1/customers", body)
        assert made.status == 201, made.text
        assert admin.post(f"/v1/customers/{made.json['id']}/notes", {"text": "Likes emeralds"}).status == 201
        place = ShopPlace(clients.dynamodb(), name, None)
        monkeypatch.setattr(shop_place, "found", lambda _: place)
        yield place


def items_of(name: str) -> dict[Key, Item]:
    found = map(decode, clients.dynamodb().scan(TableName=name, ConsistentRead=True)["Items"])
    return {Key(item["pk"], item["sk"]): item for item in found}


def ran(monkeypatch: pytest.MonkeyPatch, tool: Any, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["tool", *arguments])
    return int(tool.main())


def use(table: str) -> None:
    """Point the app at a table, as a deployment does."""
    os.environ["FACET_TABLE"] = table
    settings.cache_clear()
    store.table.cache_clear()
    shop_data.forget()


def tables() -> list[str]:
    return list(clients.dynamodb().list_tables()["TableNames"])


def test_a_drill_finds_the_copy_whole_and_leaves_nothing_behind(
    shop: ShopPlace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, known = items_of(shop.table), tables()
    assert ran(monkeypatch, restore) == 0
    said = capsys.readouterr().out
    assert "The table is whole." in said
    assert "There was nothing to mend." in said
    assert (items_of(shop.table), tables()) == (before, known)
    assert clients.dynamodb().list_backups(TableName=shop.table)["BackupSummaries"] == []


def test_the_shop_goes_on_with_a_table_restored_to_an_instant(
    shop: ShopPlace, admin: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = f"{shop.table}-back"
    assert ran(monkeypatch, restore, "--at", "2026-11-22T10:00:00Z", "--keep", kept) == 0
    described = clients.dynamodb().describe_table(TableName=kept)["Table"]
    assert f"RESTORED_TABLE={kept} RESTORED_STREAM={described['LatestStreamArn']}" in capsys.readouterr().out
    assert described["DeletionProtectionEnabled"]
    assert described["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    expiry = clients.dynamodb().describe_time_to_live(TableName=kept)["TimeToLiveDescription"]
    assert expiry["AttributeName"] == "expires_at"
    assert items_of(kept) == items_of(shop.table)
    use(kept)
    found = admin.get("/v1/customers?q=Drill")
    assert [each["given_name"] for each in found.json["items"]] == ["Drill"]
    body = {"given_name": "After", "phones": [{"number": "+919812345679"}]}
    assert admin.post("/v1/customers", body).status == 201
    use(shop.table)
    assert ran(monkeypatch, check_table, "--table", kept) == 0


def test_a_torn_copy_is_named_mended_and_whole_again(
    shop: ShopPlace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = f"{shop.table}-torn"
    assert ran(monkeypatch, restore, "--keep", kept) == 0
    before = items_of(kept)
    torn = [key for key in before if key.pk.startswith(("NAME#", "PHONE#"))]
    for key in torn:
        clients.dynamodb().delete_item(TableName=kept, Key=key_of(key))
    capsys.readouterr()
    assert ran(monkeypatch, check_table, "--table", kept) == 1
    said = capsys.readouterr().out
    assert "entries" in said
    assert "claims" in said
    assert "98123" not in said
    assert "Drill" not in said
    assert ran(monkeypatch, check_table, "--table", kept, "--repair") == 0
    after = items_of(kept)
    assert {key: after[key] for key in before} == before
    told = [item for key, item in after.items() if key not in before]
    assert {item["action"] for item in told} == {"table.repair"}
    assert ran(monkeypatch, check_table, "--table", kept) == 0


def test_the_table_in_use_is_never_repaired(
    shop: ShopPlace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(monkeypatch, check_table, "--repair") == 2
    assert "is in use" in capsys.readouterr().err
    assert ran(monkeypatch, restore, "--keep", shop.table) == 2


def test_what_cannot_be_looked_at_is_not_called_whole(
    shop: ShopPlace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(monkeypatch, check_table, "--table", "facet-nowhere") == 2
    assert "whole" not in capsys.readouterr().out


def test_what_cannot_be_derived_is_left_and_said(
    shop: ShopPlace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = f"{shop.table}-lost"
    assert ran(monkeypatch, restore, "--keep", kept) == 0
    lost = next(key for key in items_of(kept) if key.sk.startswith(keys.EVENT))
    clients.dynamodb().delete_item(TableName=kept, Key=key_of(lost))
    capsys.readouterr()
    assert ran(monkeypatch, check_table, "--table", kept, "--repair") == 1
    assert "is not told by any event" in capsys.readouterr().out


def test_a_large_table_is_read_in_parts(shop: ShopPlace, tmp_path: Any) -> None:
    whole = scan.read(Table(clients.dynamodb(), shop.table), tmp_path / "items")
    assert len(whole) == len(items_of(shop.table))
    whole.close()
