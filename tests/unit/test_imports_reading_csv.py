"""Reading delimited text: any encoding, dialect and newline; what is wrong costs its row, and says so."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.imports.reading import ReadOptions, Record, Unreadable, read_file
from tests.support.delimited import cells, read, written

ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")
CELLS = st.text(ANY, max_size=10) | st.text('",;|\n\r\t é', max_size=8)
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6)
NEWLINES = st.sampled_from(["\n", "\r\n", "\r"])
HEADER = ("Name", "Phone", "City")


@given(
    TABLES,
    st.lists(NEWLINES, min_size=1, max_size=3),
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]),
    st.booleans(),
)
def test_any_table_reads_back_as_it_was_written(
    rows: list[tuple[str, ...]], newlines: list[str], delimiter: str, quoting: int, encoding: str, sep_line: bool
) -> None:
    text = (f"sep={delimiter}\r\n" if sep_line else "") + written([HEADER, *rows], newlines, delimiter, quoting)
    table = read(text.encode(encoding))
    assert table.header == HEADER
    found = list(table.records())
    assert [record.cells for record in found] == [row for row in rows if any(cell.strip() for cell in row)]
    assert not any(record.fault for record in found)
    assert list(table.records()) == found


def test_the_facts_name_encoding_delimiter_and_newline() -> None:
    assert read("a;b\r\n1;é\r\n".encode("utf-16")).facts == {
        "format": "csv",
        "encoding": "utf-16-le",
        "encoding_guessed": False,
        "delimiter": ";",
        "newline": "CRLF",
    }
    assert read(b"a,b\n1,2\r\n").facts["newline"] == "mixed"


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("a,b\n1,2", ","),
        ("a;b\n1;2", ";"),
        ("a\tb\n1\t2", "\t"),
        ("a|b\n1|2", "|"),
        ("a\n1", ","),
        ('"a,b,c";d\n"1,2,3";4', ";"),
        ("Name;Phone, mobile;Street, number, floor, door\nAsha;98;Main", ";"),
        ("Last, First|Phone\nRao, Asha|98\nRao|97", "|"),
        ('a;b\n"one;\ntwo";3', ";"),
    ],
)
def test_the_delimiter_shows_in_the_rows(content: str, delimiter: str) -> None:
    assert read(content.encode()).facts["delimiter"] == delimiter


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;"])
def test_a_line_sep_says_the_delimiter_and_is_no_row(first: str) -> None:
    table = read(f"{first}\r\nName,x;City\r\nAsha;Pune\r\n".encode())
    assert (table.header, table.facts["delimiter"]) == (("Name,x", "City"), ";")
    assert list(table.records()) == [Record(3, ("Asha", "Pune"))]


@pytest.mark.parametrize("said", ["", "ab", "x", '"', "\n"])
def test_a_delimiter_that_can_be_none_is_refused(said: str) -> None:
    with pytest.raises(Unreadable, match="delimiter"):
        read(b"a,b\n1,2\n", delimiter=said)


def test_a_delimiter_that_a_person_says_counts() -> None:
    assert cells(b"a:b\n1:2", delimiter=":") == [("1", "2")]


def test_newlines_may_be_mixed_and_quoted_and_lines_keep_their_numbers() -> None:
    table = read(b'\n a ,b\r\n"one\r\ntwo",2\r"x\ny",4\n\n5,6')
    assert table.header == ("a", "b")
    assert list(table.records()) == [
        Record(3, ("one\r\ntwo", "2")),
        Record(5, ("x\ny", "4")),
        Record(8, ("5", "6")),
    ]


def test_blank_lines_are_no_rows() -> None:
    assert cells(b"a,b\n\n , \n1,2\n,,\n\n") == [("1", "2")]


def test_blank_columns_at_the_end_are_no_columns() -> None:
    table = read(b"a,b,,\n1,2,,\n3,4,,\n")
    assert (table.header, [record.cells for record in table.records()]) == (("a", "b"), [("1", "2"), ("3", "4")])


def test_too_many_cells_are_a_fault_of_their_row() -> None:
    good, bad = read(b"a,b\n1,2,\n1,2,3\n").records()
    assert (good, bad.fault) == (Record(2, ("1", "2")), "has 3 cells, but the header has 2")


def test_too_few_cells_say_nothing_for_the_others() -> None:
    assert cells(b"a,b,c\n1\n") == [("1",)]


@pytest.mark.parametrize(
    ("content", "faults", "others"),
    [
        # An open quote before rows that are clearly rows costs its own line only.
        (b'a,b,c\n1,"2,3\n4,5,6\n7,8,9\n', {2: "opens a quote that is not closed"}, ["4", "7"]),
        (b'a,b,c\n1,"2,3\n4,"5",6\n7,8,9\n', {2: "opens a quote that is not closed"}, ["4", "7"]),
        (b'a,b\n"1","2\n"3","4"\n"5","6"\n', {2: "opens a quote that is not closed"}, ["3", "5"]),
        # One that meets another quote later: both lines are given back.
        (b'a,b,c\n1,"2,3\n4,5,"\n7,8,9\n', {2: "goes on to line 3 and has 2 cells of 3"}, ["7"]),
        # What cannot be told apart is given back as a whole, with its lines.
        (b'a,b\n1,2\n"x\ny"z,2\n3,4\n', {3: "somewhere in lines 3 to 4"}, ["1", "3"]),
        (b'a,b\n"x"y,2\n3,4\n', {2: "a quote inside a quoted cell"}, ["3"]),
    ],
)
def test_an_unbalanced_quote_names_its_line_and_costs_no_other_row(
    content: bytes, faults: dict[int, str], others: list[str]
) -> None:
    found = list(read(content).records())
    assert [record.cells[0] for record in found if not record.fault] == others
    assert {record.line for record in found if record.fault} == set(faults)
    for record in found:
        assert record.fault is None or faults[record.line] in record.fault


def test_a_quote_that_is_open_to_the_end_names_its_line() -> None:
    with pytest.raises(Unreadable, match="Line 3 opens a quote that is not closed"):
        cells(b'a,b,c\n1,2,3\n4,5,"6\nand on\n')


def test_an_open_quote_in_the_last_line_costs_that_line() -> None:
    assert [record.fault for record in read(b'a,b,c\n1,2,3\n4,5,"6\n').records()] == [
        None,
        "opens a quote that is not closed",
    ]


def test_a_faulty_row_keeps_its_text() -> None:
    assert [record.cells for record in read(b'a,b,c\n1,"2,3\n4,5,6\n').records() if record.fault] == [('1,"2,3',)]


def test_a_quote_inside_a_plain_cell_is_text() -> None:
    assert cells(b'size,b\n5" ring,2') == [('5" ring', "2")]


def test_an_open_quote_in_the_header_is_told() -> None:
    with pytest.raises(Unreadable, match="Line 1, the header, opens a quote"):
        read(b'a,"b')


def test_a_nul_costs_its_row() -> None:
    table = read(b"a,b\n1,2\n" * 40 + b"3,\x004\n5,6\n")
    assert [(record.line, record.fault) for record in table.records() if record.fault] == [
        (81, "holds a NUL character")
    ]


def test_nuls_everywhere_are_no_text() -> None:
    with pytest.raises(Unreadable, match="no text"):
        read(b"a,b\n\0\0\0\0\0\0\0\0\0,\0\0\0\0\n")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04rest", "zip archive or an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel workbook"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"\xef\xbb\xbf <!DOCTYPE html>", "web page"),
    ],
)
def test_another_kind_of_file_renamed_csv_is_told_by_its_content(content: bytes, kind: str) -> None:
    with pytest.raises(Unreadable, match=kind):
        read(content)


@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"\xef\xbb\xbf\n", b" \t\n", b"sep=;\n", b",,\n"])
def test_a_file_without_a_header_is_empty(content: bytes) -> None:
    with pytest.raises(Unreadable, match="empty"):
        read(content)


def test_a_line_without_end_is_refused_by_its_number() -> None:
    with pytest.raises(Unreadable, match="Line 2 is over 1 MB"):
        cells(b"a,b\n" + b"x" * 3_000_000)


def test_a_record_without_end_is_refused_by_the_line_that_opens_it() -> None:
    with pytest.raises(Unreadable, match="Line 2 opens a quote that is not closed"):
        cells(b'a,b\n1,"' + b"x" * 999 + b"\n" + b"and on\n" * 400_000)


def test_a_long_cell_is_read() -> None:
    assert len(cells(b"a,b\n" + b"x" * 300_000 + b",2")[0][0]) == 300_000


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(Unreadable, match="501 columns"):
        read(",".join(f"c{n}" for n in range(501)).encode())


@given(
    st.binary(max_size=300) | st.lists(st.sampled_from([b'"', b",", b"\n", b"a", b"\r", b"\0", b"\xff"])).map(b"".join)
)
def test_random_bytes_are_read_or_refused_and_nothing_else(content: bytes) -> None:
    for options in (ReadOptions(), ReadOptions(encoding="utf-16"), ReadOptions(encoding="cp932", delimiter=";")):
        try:
            found = list(read_file(io.BytesIO(content), "csv", options).records())
        except Unreadable:
            continue
        for record in found:
            "".join(record.cells).encode()


def test_memory_stays_flat_however_many_rows_there_are() -> None:
    def peak(rows: int) -> int:
        file = io.BytesIO(b"Name,Phone,City\n" + b'"Asha ""A"" Rao",+91 98765 43210,Pune\n' * rows)
        tracemalloc.start()
        for _ in read_file(file, "csv").records():
            pass
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert peak(60_000) < peak(20_000) * 1.1
