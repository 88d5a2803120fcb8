"""The verification finds by name what was done to the table and to the bucket behind Facet's back."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.audit import sealing
from chalicelib.repos import keys
from chalicelib.wiring import clients, store
from tests.support.sealing import DAY, entry, own_shop, seal, stored
from tests.support.sweeping import at
from tools import verify_audit

pytestmark = pytest.mark.emulator
MONDAY, NIGHT = at("2027-03-01T10:00"), at("2027-03-02T02:00")
NEXT_NOON = at("2027-03-02T12:00")
Said = list[str]


@pytest.fixture
def bucket(deployment: dict[str, str]) -> Iterator[str]:
    """A shop with a sealed day of three entries."""
    with own_shop() as name:
        for number in range(3):
            entry(MONDAY, f"set_{number}", {"name": f"Shop {number}"})
        seal(NIGHT)
        yield name


def verified(bucket: str, capsys: pytest.CaptureFixture[str], now: Any = NEXT_NOON) -> tuple[bool, Said]:
    """Whether all is well, and what was said about what is not."""
    capsys.readouterr()
    shop = verify_audit.Stored(clients.s3(), bucket, store.table())
    whole = verify_audit.verify(shop, now)
    return whole, [line for line in capsys.readouterr().out.splitlines() if "  " in line]


def key(name: str, day: str = "2027-03-01") -> dict[str, Any]:
    place = keys.audit_entry(day, name)
    return {"TableName": store.table().name, "Key": {"pk": {"S": place.pk}, "sk": {"S": place.sk}}}


def change(place: dict[str, Any], attribute: str, value: str) -> None:
    clients.dynamodb().update_item(
        **place,
        UpdateExpression="SET #a = :v",
        ExpressionAttributeNames={"#a": attribute},
        ExpressionAttributeValues={":v": {"S": value}},
    )


def an_entry() -> dict[str, Any]:
    return stored("2027-03-01")[1]


def values_of(item: dict[str, Any]) -> dict[str, Any]:
    place = keys.audit_values(item["entity"]["S"], item["sk"]["S"])
    return {"TableName": store.table().name, "Key": {"pk": {"S": place.pk}, "sk": {"S": place.sk}}}


def test_a_shop_that_nobody_touched_is_whole(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert verified(bucket, capsys) == (True, [])
    entry(NEXT_NOON)  # today's are not sealed, and no finding
    assert verified(bucket, capsys) == (True, [])


@pytest.mark.parametrize("attribute", ["action", "actor_id", "at", "source_ip", "values_digest", "more"])
def test_a_changed_entry_is_named(bucket: str, capsys: pytest.CaptureFixture[str], attribute: str) -> None:
    name = an_entry()["sk"]["S"]
    change(key(name), attribute, "x")
    whole, said = verified(bucket, capsys)
    assert not whole
    assert f"2027-03-01  {name}  changed" in said


def test_a_missing_and_an_added_entry_are_named(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    name = an_entry()["sk"]["S"]
    clients.dynamodb().delete_item(**key(name))
    assert verified(bucket, capsys) == (False, [f"2027-03-01  {name}  missing"])
    clients.dynamodb().put_item(TableName=store.table().name, Item={**an_entry(), "sk": {"S": "aud_x"}})
    assert verified(bucket, capsys)[1] == [
        "2027-03-01  aud_x  added after the seal",
        f"2027-03-01  {name}  missing",
    ]


def test_an_entry_that_is_dated_back_is_named(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    entry(MONDAY - 2 * DAY)
    (line,) = verified(bucket, capsys)[1]
    assert line.endswith("added to a day that has no seal")


@pytest.mark.parametrize(("attribute", "value"), [("values", "{}"), ("salt", "00"), ("actor_id", "usr_x")])
def test_changed_values_are_named(bucket: str, capsys: pytest.CaptureFixture[str], attribute: str, value: str) -> None:
    item = an_entry()
    change(values_of(item), attribute, value)
    said = f"2027-03-01  {item['sk']['S']}  its values before and after were changed"
    assert verified(bucket, capsys) == (False, [said])


def test_erased_values_are_no_finding(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    clients.dynamodb().delete_item(**values_of(an_entry()))
    assert verified(bucket, capsys) == (True, [])


def test_a_seal_that_was_written_over_or_deleted_is_named_and_the_first_word_counts(
    bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sealing.seal_key("2027-03-01")
    clients.s3().put_object(Bucket=bucket, Key=file, Body=b"{}")
    assert verified(bucket, capsys)[1] == [f"2027-03-01  {file}  the file was written again after it was sealed"]
    clients.s3().delete_object(Bucket=bucket, Key=file)
    assert verified(bucket, capsys)[1] == [f"2027-03-01  {file}  the file was deleted after it was sealed"]


def test_a_missing_seal_is_named_from_three_o_clock_on(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert verified(bucket, capsys, at("2027-03-03T02:59")) == (True, [])
    file = sealing.seal_key("2027-03-02")
    assert verified(bucket, capsys, at("2027-03-03T03:00")) == (False, [f"2027-03-02  {file}  the seal is missing"])


@pytest.mark.parametrize("tampered", [False, True])
def test_the_exit_code_says_it_and_the_shop_of_this_machine_is_found(
    bucket: str, tampered: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = int(clients.s3().meta.endpoint_url.rpartition(":")[2])
    (tmp_path / "emulator").mkdir()
    (tmp_path / "instance.json").write_text(json.dumps({"emulator": port, "port": 1}))
    outputs = {"Table": store.table().name, "AuditBucket": bucket}
    (tmp_path / "emulator" / "prepared.json").write_text(json.dumps({"outputs": outputs}))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["verify_audit"])
    monkeypatch.setattr(sealing, "newest_due", lambda _: MONDAY.date())
    if tampered:
        clients.dynamodb().delete_item(**key(an_entry()["sk"]["S"]))
    assert verify_audit.main() == int(tampered)
    assert "The newest seal is of 2027-03-01: " in capsys.readouterr().out


def test_without_a_shop_it_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["verify_audit"])
    assert verify_audit.main() == 2
    assert "make run" in capsys.readouterr().err
