"""Reading comma-separated text from bytes that arrive in any pieces."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.imports.csv_text import MOST_BYTES, Reader, Record, delimiter_of, lines
from chalicelib.domain.imports.unreadable import Unreadable

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text('",;\n\r \té', max_size=8)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6)
NEWLINES = st.sampled_from(["\n", "\r\n", "\r"])


def cut(content: bytes, places: Iterable[int]) -> Iterator[bytes]:
    bounds = [0, *sorted(place % (len(content) + 1) for place in places), len(content)]
    return (content[start:end] for start, end in pairwise(bounds))


def records(content: bytes, places: Iterable[int] = ()) -> list[Record]:
    return list(Reader(cut(content, places)).records())


def cells(content: bytes) -> list[tuple[str, ...]]:
    return [record.cells for record in records(content)]


def written(table: list[list[str]], newlines: list[str], delimiter: str) -> bytes:
    """The table with every cell in quotes, each line with a newline of its own."""
    parts: list[str] = []
    for number, row in enumerate(table):
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="").writerow(row)
        parts += [text.getvalue(), newlines[number % len(newlines)]]
    return "".join(parts).encode()


@given(
    TABLES, st.lists(NEWLINES, min_size=1, max_size=3), st.sampled_from(",;\t"), st.booleans(), st.lists(st.integers(0))
)
def test_any_cutting_of_the_bytes_gives_the_table_that_was_written(
    table: list[list[str]], newlines: list[str], delimiter: str, mark: bool, places: list[int]
) -> None:
    content = (b"\xef\xbb\xbf" if mark else b"") + written([["a", "b"], *table], newlines, delimiter)
    found = records(content, places)
    assert [list(record.cells) for record in found] == [["a", "b"], *table]
    assert found[-1].end == len(content)


@given(st.binary(max_size=60), st.lists(st.integers(0)))
def test_cutting_never_changes_what_is_read(content: bytes, places: list[int]) -> None:
    def outcome(pieces: Iterable[int]) -> object:
        try:
            return records(content, pieces)
        except Unreadable as reason:
            return str(reason)

    assert outcome(places) == outcome(())


@given(TABLES, st.lists(NEWLINES, min_size=1, max_size=3), st.lists(st.integers(0)))
def test_reading_goes_on_at_the_end_of_any_record(
    table: list[list[str]], newlines: list[str], places: list[int]
) -> None:
    content = written([["a", "b"], *table], newlines, ",")
    found = records(content)
    for position, record in enumerate(found, start=1):
        rest = Reader(cut(content[record.end :], places), record.end, ",")
        assert list(rest.records()) == found[position:]


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("a,b", ","),
        ("a;b", ";"),
        ("a\tb", "\t"),
        ("a", ","),
        ('"a,b,c";d', ";"),
        ("a;b;c,d", ";"),
    ],
)
def test_the_separator_shows_in_the_header(header: str, delimiter: str) -> None:
    assert delimiter_of(header) == delimiter


def test_a_mark_counts_at_the_beginning_only() -> None:
    assert cells("\ufeffa,b\n\ufeffc,d".encode()) == [("a", "b"), ("\ufeffc", "d")]


def test_newlines_may_be_mixed_and_quoted() -> None:
    assert cells(b'a,b\r\n"one\r\ntwo",2\r"x\ny",4\n5,6') == [
        ("a", "b"),
        ("one\r\ntwo", "2"),
        ("x\ny", "4"),
        ("5", "6"),
    ]


def test_a_quote_inside_a_plain_cell_is_text() -> None:
    assert cells(b'size,b\n5" ring,2') == [("size", "b"), ('5" ring', "2")]


def test_a_wrong_quote_costs_its_row() -> None:
    header, wrong, right = records(b'a,b\n"x"y,2\n3,4\n')
    assert wrong.fault is not None
    assert (header.fault, right.cells) == (None, ("3", "4"))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'a,b\n1,"2\n3,4\n', 2),
        (b'a,b\n1,2\n"x\ny"z,2\n3,4\n', 3),
        (b'a,"b', 1),
    ],
)
def test_a_quote_that_may_have_swallowed_rows_ends_the_reading(content: bytes, line: int) -> None:
    with pytest.raises(Unreadable, match=f"Line {line} opens a quote"):
        records(content)


def test_bytes_that_are_not_utf8_name_their_line() -> None:
    with pytest.raises(Unreadable, match="Line 3 is not UTF-8"):
        records(b'a,b\n"1\n\xe9",2\n')


def test_a_long_cell_is_read() -> None:
    assert len(cells(b"a,b\n" + b"x" * 300_000 + b",2")[1][0]) == 300_000


@pytest.mark.parametrize("filler", [b"x" * 1000, b"x" * 999 + b"\n"])
def test_a_record_without_end_is_refused_before_it_fills_the_memory(filler: bytes) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        yield b'a,b\n1,"'
        while True:
            taken += len(filler)
            assert taken < 3 * MOST_BYTES
            yield filler

    with pytest.raises(Unreadable, match="line 2 is over 1 MB"):
        list(Reader(endless()).records())


def test_a_carriage_return_at_the_edge_of_a_block_waits_for_its_newline() -> None:
    assert list(lines([b"a\r", b"\nb\r", b"c"])) == [b"a\r\n", b"b\r", b"c"]
