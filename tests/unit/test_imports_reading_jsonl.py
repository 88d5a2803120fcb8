"""Reading JSON lines: our own bodies, and flat objects from elsewhere; what is wrong is the fault of its row."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.imports.reading import ReadOptions, Record, Table, Unreadable, read_file

GOOD = '{"given_name":"Asha","phones":[{"number":"+91 98765 43210"}]}'
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def read(content: str, encoding: str = "utf-8") -> Table:
    return read_file(io.BytesIO(content.encode(encoding)), "jsonl")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_our_own_bodies_are_one_column(encoding: str, newline: str) -> None:
    table = read(newline.join([GOOD, "", GOOD]), encoding)
    assert table.header == ("json",)
    assert list(table.records()) == [Record(1, (GOOD,)), Record(3, (GOOD,))] == list(table.records())


def test_a_customer_as_it_is_read_goes_in_without_what_nobody_writes() -> None:
    read_back = {"id": "cus_1", "version": 3, "status": "active", "age": 36, "tags": ["VIP"], "category": "vip"}
    (record,) = read(json.dumps({"given_name": "Asha", **read_back, "links": None})).records()
    assert json.loads(record.cells[0]) == {"id": "cus_1", "given_name": "Asha", "tags": ["VIP"]}
    (business,) = read('{"company":"Rao","category":"business"}').records()
    assert json.loads(business.cells[0])["category"] == "business"


def test_objects_from_elsewhere_become_columns() -> None:
    lines = [
        {"name": "Asha Rao", "contact": {"phone": 919876543210, "mail": None}, "vip": True},
        {"name": "Ravi", "labels": ["Gold", "VIP"], "addresses": [{"city": "Pune"}, {"city": "Goa"}], "n": 12.0},
    ]
    table = read("\n".join(map(json.dumps, lines)))
    assert table.header == (
        *("name", "contact.phone", "contact.mail", "vip"),
        *("labels", "addresses.1.city", "addresses.2.city", "n"),
    )
    assert [record.cells for record in table.records()] == [
        ("Asha Rao", "919876543210", "", "true", "", "", "", ""),
        ("Ravi", "", "", "", "Gold|VIP", "Pune", "Goa", "12"),
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("[1]", "is not a JSON object"),
        ('"text"', "is not a JSON object"),
        ("{'a': 1}", "is not JSON"),
        ('{"a": 1', "is not JSON"),
        ('{"a": 1} {"b": 2}', "is not JSON"),
        ('{"given_name": "A", "given_name": "B"}', "names a key twice in one object"),
        ('{"custom": {"n": NaN}}', "holds NaN or Infinity, which are no JSON"),
        ('{"custom": {"n": 1e999}}', "holds a number out of range"),
        ('{"custom": ' + "[" * 40 + "]" * 40 + "}", "is nested too deeply"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"given_name": "\\ud83d"}', "holds half of a surrogate pair"),
    ],
)
def test_what_is_wrong_in_a_line_is_the_fault_of_its_row(line: str, fault: str) -> None:
    for good in (GOOD, '{"name": "x"}'):
        first, wrong, last = read(f"{good}\n{line}\n{good}\n").records()
        assert (wrong.line, wrong.cells, wrong.fault) == (2, (line,), fault)
        assert (first.fault, last.line, last.fault) == (None, 3, None)


def test_bytes_that_are_no_utf8_are_the_fault_of_their_row() -> None:
    good = "".join('{"name": "Zoë"}\n' for _ in range(20)).encode()
    table = read_file(io.BytesIO(good + '{"name": "Jürgen"}\n'.encode("cp1252")), "jsonl")
    assert [record.fault for record in table.records() if record.fault] == ["holds bytes that are not utf-8"]


@pytest.mark.parametrize("content", ["[1]\n2\n", "a,b\n1,2\n"])
def test_a_file_without_an_object_is_refused(content: str) -> None:
    with pytest.raises(Unreadable, match="no JSON object"):
        read(content)


def test_one_large_array_is_refused_with_its_line() -> None:
    with pytest.raises(Unreadable, match="Line 1 is over 1 MB"):
        read("[" + ",".join([GOOD] * 30_000) + "]")


def test_too_many_keys_are_refused() -> None:
    with pytest.raises(Unreadable, match="500 different keys"):
        read(json.dumps({f"k{number}": 1 for number in range(501)}))


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"])
def test_another_kind_of_file_is_told_by_its_content(content: bytes) -> None:
    with pytest.raises(Unreadable, match="not jsonl"):
        read_file(io.BytesIO(content), "jsonl")


@given(st.lists(st.dictionaries(TEXT.map(str.strip), TEXT, min_size=1, max_size=4), min_size=1, max_size=4))
def test_any_flat_objects_read_back(objects: list[dict[str, str]]) -> None:
    table = read("\n".join(map(json.dumps, objects)))
    if table.header == ("json",):
        return
    assert [record.cells for record in table.records()] == [
        tuple(value.get(key, "") for key in table.header) for value in objects
    ]


@given(
    st.binary(max_size=200)
    | st.lists(st.sampled_from([b'{"a":', b"}", b"1", b"[", b'"', b"\n", b"\xff"])).map(b"".join)
)
def test_random_bytes_are_read_or_refused_and_nothing_else(content: bytes) -> None:
    for options in (ReadOptions(), ReadOptions(encoding="utf-16"), ReadOptions(encoding="cp932")):
        found: list[Any] = []
        try:
            found = list(read_file(io.BytesIO(content), "jsonl", options).records())
        except Unreadable:
            continue
        for record in found:
            "".join(record.cells).encode()
