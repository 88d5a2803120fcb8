"""The nightly seal of the audit: which days, what is written, and that a second word changes nothing."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, IncompleteReadError

from chalicelib.domain.audit import sealing
from chalicelib.domain.errors import Invalid, Unavailable
from chalicelib.handlers.sweep_turns import SweepFailed
from chalicelib.repos import keys
from chalicelib.repos.seals import Vault
from chalicelib.wiring import clients, store
from tests.support import sealing as shop
from tests.support.sealing import DAY, entry, objects, own_shop, seal, seal_of, stored, whole
from tests.support.sweeping import at, by_hand

pytestmark = pytest.mark.emulator
MONDAY, TUESDAY, WEDNESDAY = (at(f"2027-03-{day}T10:00") for day in ("01", "02", "03"))
NIGHT = at("2027-03-02T02:00")


@pytest.fixture
def bucket(deployment: dict[str, str]) -> Iterator[str]:
    with own_shop() as name:
        yield name


def test_a_day_is_sealed_at_two_in_the_morning(bucket: str) -> None:
    for hour in range(3):
        entry(MONDAY + timedelta(hours=hour))
    assert seal(NIGHT) == ["2027-03-01"]
    found = objects(bucket)
    assert found.keys() == {"seals/2027-03-01.json", "entries/2027-03-01/00001.txt"}
    lines = found["entries/2027-03-01/00001.txt"].decode().splitlines()
    (first, *_) = stored("2027-03-01")
    text = json.dumps(first, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert lines[0] == f"{hashlib.sha256(text.encode()).hexdigest()}  {first['sk']['S']}"
    assert json.loads(found["seals/2027-03-01.json"]) == {
        "format": "facet-audit-seal/1",
        "day": "2027-03-01",
        "entries": 3,
        "lists": [
            {
                "key": "entries/2027-03-01/00001.txt",
                "entries": 3,
                "sha256": hashlib.sha256(found["entries/2027-03-01/00001.txt"]).hexdigest(),
            }
        ],
        "previous": None,
        "sealed_at": "2027-03-02T02:00:00.000Z",
    }
    whole(bucket)


def test_the_days_make_a_chain_and_a_day_without_entries_is_a_link_of_it(bucket: str) -> None:
    entry(MONDAY)
    entry(WEDNESDAY)
    for night in range(3):
        assert len(seal(NIGHT + night * DAY)) == 1
    monday, tuesday = (shop.content(bucket, f"seals/2027-03-0{day}.json") for day in (1, 2))
    assert seal_of(bucket, "2027-03-02").previous == sealing.Link("2027-03-01", hashlib.sha256(monday).hexdigest())
    assert seal_of(bucket, "2027-03-02").entries == 0
    assert seal_of(bucket, "2027-03-03").previous == sealing.Link("2027-03-02", hashlib.sha256(tuesday).hexdigest())
    whole(bucket)


def test_after_an_outage_all_days_are_made_up_for_oldest_first(bucket: str) -> None:
    entry(MONDAY)
    assert seal(NIGHT) == ["2027-03-01"]
    entry(MONDAY + 40 * DAY)
    days = seal(NIGHT + 45 * DAY)
    assert (days[0], days[-1], len(days)) == ("2027-03-02", "2027-04-15", 45)
    whole(bucket)


def test_twice_changes_nothing(bucket: str) -> None:
    entry(MONDAY)
    seal(NIGHT)
    before = objects(bucket)
    assert seal(NIGHT) == []
    assert seal(NIGHT + timedelta(hours=9)) == []
    assert objects(bucket) == before


def test_a_shop_without_entries_has_nothing_to_seal(bucket: str) -> None:
    assert seal(NIGHT) == []
    assert objects(bucket) == {}


@pytest.mark.parametrize("clock", [timedelta(minutes=-15), timedelta(0), timedelta(minutes=15)], ids=str)
def test_a_clock_that_is_a_quarter_of_an_hour_off_seals_the_same_day(bucket: str, clock: timedelta) -> None:
    entry(MONDAY)
    assert seal(NIGHT + clock) == ["2027-03-01"]


def test_an_entry_belongs_to_the_day_on_which_its_request_began(bucket: str) -> None:
    """Also when it is written a quarter of an hour after midnight: until then the day is left open."""
    entry(MONDAY)
    midnight = at("2027-03-02T00:00")
    assert seal(midnight + timedelta(minutes=15)) == []
    entry(midnight - timedelta(milliseconds=1))
    entry(midnight)
    assert seal(NIGHT) == ["2027-03-01"]
    assert seal_of(bucket, "2027-03-01").entries == 2
    assert seal(NIGHT + DAY) == ["2027-03-02"]
    assert seal_of(bucket, "2027-03-02").entries == 1


def test_a_long_day_has_several_lists(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MOST_LINES", 3)
    for count, day in ((7, MONDAY), (6, TUESDAY)):
        for number in range(count):
            entry(day + timedelta(minutes=number))
    assert seal(NIGHT + DAY) == ["2027-03-01", "2027-03-02"]
    assert [each.entries for each in seal_of(bucket, "2027-03-01").lists] == [3, 3, 1]
    assert [each.entries for each in seal_of(bucket, "2027-03-02").lists] == [3, 3]
    whole(bucket)


def test_a_turn_that_runs_out_of_time_fails_and_the_next_goes_on(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Failing raises the alarm, and lets Lambda start it again."""
    monkeypatch.setattr(sealing, "MOST_LINES", 2)
    for number in range(5):
        entry(MONDAY + timedelta(minutes=number))
    left = iter([300.0, 300.0, 0.0])

    class Short:
        def get_remaining_time_in_millis(self) -> int:
            return int(next(left) * 1000)

    with pytest.raises(SweepFailed, match="2027-03-01"):
        shop.seal_at(NIGHT, Short())  # type: ignore[arg-type]  # it is one, of another length
    begun = objects(bucket)
    assert begun.keys() == {"entries/2027-03-01/00001.txt", "entries/2027-03-01/00002.txt"}
    assert seal(NIGHT) == ["2027-03-01"]
    assert {key: objects(bucket)[key] for key in begun} == begun
    whole(bucket)


def test_a_seal_that_stands_is_taken_over_when_the_list_of_days_forgot_it(bucket: str) -> None:
    """As in a table that was restored from a backup of last week."""
    entry(MONDAY)
    seal(NIGHT + DAY)
    before = objects(bucket)
    for day in ("2027-03-01", "2027-03-02"):
        clients.dynamodb().delete_item(
            TableName=store.table().name, Key={"pk": {"S": keys.SEALS}, "sk": {"S": keys.seal(day).sk}}
        )
    assert seal(NIGHT + 2 * DAY) == ["2027-03-01", "2027-03-02", "2027-03-03"]
    assert {key: objects(bucket)[key] for key in before} == before
    whole(bucket)


def test_a_seal_that_vanished_is_said_and_not_made_up_for(bucket: str) -> None:
    entry(MONDAY)
    seal(NIGHT)
    clients.s3().delete_object(Bucket=bucket, Key="seals/2027-03-01.json")
    with pytest.raises(SweepFailed, match="The seal of 2027-03-01 is not in the bucket"):
        seal(NIGHT + DAY)


def test_what_is_sealed_is_locked(bucket: str) -> None:
    entry(MONDAY)
    seal(NIGHT)
    (version,) = clients.s3().list_object_versions(Bucket=bucket, Prefix="seals/")["Versions"]
    with pytest.raises(ClientError, match="object lock"):
        clients.s3().delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    retention = clients.s3().get_object_retention(Bucket=bucket, Key=version["Key"])["Retention"]
    assert retention["Mode"] == "GOVERNANCE"


def test_the_first_writer_wins_and_the_second_reads_what_stands(bucket: str) -> None:
    from chalicelib.wiring import seals

    assert seals.vault().put_once("seals/x.json", b"first", "application/json") == b"first"
    assert seals.vault().put_once("seals/x.json", b"second", "application/json") == b"first"
    assert objects(bucket) == {"seals/x.json": b"first"}


@dataclass
class Answering:
    """A bucket that says what it is told to, one answer after the other."""

    answers: list[Any]

    def send(self, _: str, **__: Any) -> Any:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Broken:
    """A file whose bytes stop coming."""

    def read(self) -> bytes:
        raise IncompleteReadError(actual_bytes=1, expected_bytes=2)


def another_one() -> ClientError:
    return ClientError({"Error": {"Code": "ConditionalRequestConflict"}}, "PutObject")


def test_a_write_that_meets_another_one_is_tried_again() -> None:
    store = Answering([another_one(), {}])
    vault = Vault(store)  # type: ignore[arg-type]  # all that it needs of one
    assert vault.put_once("seals/x.json", b"mine", "application/json") == b"mine"
    assert store.answers == []


def test_a_write_that_always_meets_another_one_is_not_called_done() -> None:
    vault = Vault(Answering([another_one()] * 5))  # type: ignore[arg-type]  # as above
    with pytest.raises(Unavailable):
        vault.put_once("seals/x.json", b"mine", "application/json")


def test_half_a_file_is_none() -> None:
    vault = Vault(Answering([{"Body": Broken()}]))  # type: ignore[arg-type]  # as above
    with pytest.raises(Unavailable):
        vault.get("seals/x.json")


def test_a_dry_run_says_what_is_due_and_writes_nothing(bucket: str) -> None:
    entry(MONDAY)
    assert by_hand({"sweep": "seal", "dry_run": True}, NIGHT + DAY) == {
        "sweep": "seal",
        "due": ["2027-03-01", "2027-03-02"],
    }
    assert objects(bucket) == {}


@pytest.mark.parametrize("more", [{"date": "2027-03-01"}, {"location": "loc_1"}, {"force": True}])
def test_a_seal_cannot_be_asked_for_out_of_turn(bucket: str, more: dict[str, Any]) -> None:
    entry(MONDAY)
    with pytest.raises(Invalid):
        by_hand({"sweep": "seal", **more}, NIGHT)
    assert objects(bucket) == {}
