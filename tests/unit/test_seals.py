"""The canonical form, the chain, and that whatever is changed in entries or seals is found."""

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.audit import sealing
from chalicelib.domain.audit.sealing import Damaged, Link, Seal
from chalicelib.domain.audit.seals import listed
from chalicelib.domain.audit.verifying import Finding, Verification
from tests.support.sweeping import at

FIRST = date(2027, 3, 1)
DAY = timedelta(days=1)
Items = dict[str, list[dict[str, Any]]]


def item(day: str, number: int) -> dict[str, Any]:
    return {
        "pk": {"S": f"AUDIT#{day}"},
        "sk": {"S": f"aud_{number:04d}"},
        "action": {"S": "customer.change"},
        "entity": {"S": f"cus_{number}"},
        "actor_id": {"S": "usr_söhne"},
    }


class Shop:
    """Entries and files in memory."""

    def __init__(self, counts: Sequence[int]) -> None:
        self.items: Items = {}
        self.files: dict[str, bytes] = {}
        self.again: dict[str, str] = {}
        previous = None
        for number, count in enumerate(counts):
            day = (FIRST + number * DAY).isoformat()
            self.items[day] = [item(day, each) for each in range(count)]
            previous = self._seal(day, previous)

    def _seal(self, day: str, previous: Link | None) -> Link:
        content = b"".join(map(sealing.line, self.items[day]))
        lists = ()
        if content:
            key = sealing.list_key(day, 1)
            self.files[key], lists = content, (sealing.listing(key, content),)  # type: ignore[assignment]  # one or none
        seal = sealing.document(Seal(day, lists, previous, f"{day}T02:00:00.000Z"))
        self.files[sealing.seal_key(day)] = seal
        return sealing.link(seal)

    def sealed_days(self) -> Sequence[date]:
        return [date.fromisoformat(key[6:16]) for key in self.files if key.startswith("seals/")]

    def read(self, key: str) -> bytes | None:
        return self.files.get(key)

    def rewritten(self, key: str) -> str | None:
        return self.again.get(key)

    def entries(self, day: str) -> Iterator[Mapping[str, Any]]:
        return iter(self.items.get(day, []))

    def altered(self, items: Sequence[Mapping[str, Any]]) -> list[str]:
        return [each["sk"]["S"] for each in items if each["entity"]["S"] == "cus_altered"]

    def findings(self, due: date | None = None) -> list[Finding]:
        last = due or FIRST + (len(self.items) - 1) * DAY
        return list(Verification(self, FIRST - DAY, last).findings())


def test_an_entry_has_one_form_whatever_the_order_of_its_attributes() -> None:
    entry = item("2027-03-01", 7)
    backwards = dict(reversed(entry.items()))
    assert sealing.canonical(entry) == sealing.canonical(backwards)
    assert sealing.canonical({"b": {"S": "ö"}, "a": {"N": "1"}}) == '{"a":{"N":"1"},"b":{"S":"ö"}}'.encode()
    assert sealing.canonical({"a": {"B": b"\x00\xff"}}) == b'{"a":{"B":"AP8="}}'


def test_a_line_is_what_sha256sum_writes() -> None:
    entry = item("2027-03-01", 7)
    digest = hashlib.sha256(sealing.canonical(entry)).hexdigest()
    assert sealing.line(entry) == f"{digest}  aud_0007\n".encode()
    assert sealing.last_id(sealing.line(item("2027-03-01", 6)) + sealing.line(entry)) == "aud_0007"


def test_a_seal_reads_as_it_was_written() -> None:
    seal = Seal("2027-03-02", (sealing.listing("k", b"a\nb\n"),), Link("2027-03-01", "ab"), "2027-03-03T02:00:00.000Z")
    assert sealing.read(sealing.document(seal)) == seal
    assert seal.entries == 2


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"not JSON", b"\xff"])
def test_what_is_no_seal_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(Damaged):
        sealing.read(content)


def test_a_seal_that_is_written_otherwise_is_none_though_it_says_the_same() -> None:
    content = sealing.document(Seal("2027-03-02", (), Link("2027-03-01", "ab"), "2027-03-03T02:00:00.000Z"))
    for otherwise in (json.dumps(json.loads(content)).encode(), content + b"\n", content.rstrip()):
        with pytest.raises(Damaged, match="not written as a seal is"):
            sealing.read(otherwise)


@pytest.mark.parametrize(
    ("moment", "ripe", "due"),
    [
        ("2027-03-02T00:15", "2027-02-28", "2027-02-28"),
        ("2027-03-02T01:29:59", "2027-02-28", "2027-02-28"),
        ("2027-03-02T01:30", "2027-03-01", "2027-02-28"),
        ("2027-03-02T02:00", "2027-03-01", "2027-02-28"),
        ("2027-03-02T03:00", "2027-03-01", "2027-03-01"),
        ("2027-03-02T23:59", "2027-03-01", "2027-03-01"),
    ],
)
def test_a_day_is_ripe_before_two_and_late_after_three(moment: str, ripe: str, due: str) -> None:
    assert sealing.newest_ripe(at(moment)).isoformat() == ripe
    assert sealing.newest_due(at(moment)).isoformat() == due


def test_what_is_untouched_is_found_whole() -> None:
    shop = Shop([3, 0, 2])
    check = Verification(shop, FIRST - DAY, FIRST + 2 * DAY)
    assert list(check.findings()) == []
    assert check.checked == {"days": 3, "entries": 5}
    assert check.newest == sealing.link(shop.files["seals/2027-03-03.json"])


counts = st.lists(st.integers(0, 4), min_size=1, max_size=4).filter(any)


@given(counts, st.data())
def test_any_change_removal_or_addition_of_an_entry_is_named(sizes: list[int], data: st.DataObject) -> None:
    shop = Shop(sizes)
    day = data.draw(st.sampled_from([day for day, items in shop.items.items() if items]))
    items = shop.items[day]
    place = data.draw(st.integers(0, len(items) - 1))
    name = items[place]["sk"]["S"]
    kind = data.draw(st.sampled_from(["changed", "missing", "added after the seal"]))
    if kind == "changed":
        field = data.draw(st.sampled_from(["action", "entity", "actor_id", "extra"]))
        items[place][field] = {"S": data.draw(st.text().filter(lambda text: {"S": text} != items[place].get(field)))}
    elif kind == "missing":
        del items[place]
    else:
        added = copy.deepcopy(items[place])
        name = added["sk"]["S"] = f"{name}x"
        items.insert(place + 1, added)
    assert Finding(day, kind, name) in shop.findings()


@given(counts, st.data())
def test_any_bit_of_any_file_counts(sizes: list[int], data: st.DataObject) -> None:
    """All but the newest seal: what the next one would name of it nobody can know yet but who noted its digest."""
    shop = Shop([*sizes, 0])
    newest = sealing.seal_key(max(shop.items))
    key = data.draw(st.sampled_from(sorted(shop.files.keys() - {newest})))
    content = bytearray(shop.files[key])
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    shop.files[key] = bytes(content)
    assert shop.findings()


@given(counts, st.data())
def test_a_day_that_is_forged_whole_breaks_the_chain(sizes: list[int], data: st.DataObject) -> None:
    shop, forged = Shop([*sizes, 1]), Shop([size + 1 for size in sizes])
    day = data.draw(st.sampled_from(sorted(forged.items)))
    for key in list(shop.files):
        if day in key:
            del shop.files[key]
    shop.files |= {key: content for key, content in forged.files.items() if day in key}
    shop.items[day] = forged.items[day]
    assert any("the chain is broken" in finding.what for finding in shop.findings())


def test_a_missing_seal_is_said_in_the_middle_and_at_the_end() -> None:
    shop = Shop([1, 1, 1])
    del shop.files["seals/2027-03-02.json"]
    missing = "the seal is missing"
    assert shop.findings(FIRST + 3 * DAY) == [
        Finding("2027-03-02", missing, "seals/2027-03-02.json"),
        Finding("2027-03-04", missing, "seals/2027-03-04.json"),
    ]


def test_the_first_seal_must_be_the_first() -> None:
    shop = Shop([1, 1])
    del shop.files["seals/2027-03-01.json"], shop.items["2027-03-01"]
    (finding,) = shop.findings(FIRST + DAY)
    assert (finding.day, finding.what) == ("2027-03-02", "the chain is broken: it names another seal of the day before")


def test_what_is_dated_back_before_the_first_seal_is_named() -> None:
    shop = Shop([1])
    shop.items["2027-02-28"] = [item("2027-02-28", 1)]
    assert shop.findings(FIRST) == [Finding("2027-02-28", "added to a day that has no seal", "aud_0001")]


def test_a_list_that_is_gone_leaves_its_entries_unsealed() -> None:
    shop = Shop([1])
    del shop.files["entries/2027-03-01/00001.txt"]
    assert [finding.what for finding in shop.findings()] == ["the list is missing", "added after the seal"]


def test_values_and_files_that_were_written_again_are_named() -> None:
    shop = Shop([0, 1])
    shop.again["seals/2027-03-01.json"] = "written again"
    shop.items["2027-03-02"][0]["entity"]["S"] = "cus_altered"
    assert {finding.what for finding in shop.findings()} == {
        "written again",
        "changed",
        "its values before and after were changed",
    }


def test_the_form_of_a_seal_is_written_down() -> None:
    """Seals of years must stay readable: this very text is in docs/audit.md."""
    seal = Seal("2027-03-02", (), Link("2027-03-01", "ab"), "2027-03-03T02:00:00.000Z")
    assert json.loads(sealing.document(seal))["format"] == "facet-audit-seal/1"


def test_days_are_listed_newest_first_and_missing_only_when_due() -> None:
    facts = {"entries": 1, "digest": "ab", "sealed_at": "x"}
    found = list(listed({"2027-03-01": facts}, FIRST, FIRST + 3 * DAY, FIRST + 2 * DAY))
    assert [(day["day"], day["status"]) for day in found] == [
        ("2027-03-03", "missing"),
        ("2027-03-02", "missing"),
        ("2027-03-01", "sealed"),
    ]
