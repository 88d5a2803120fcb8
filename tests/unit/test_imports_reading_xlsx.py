"""Reading workbooks: cells as a person sees them, and workbooks that are traps."""

import gc
import io
import tracemalloc
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from chalicelib.domain.imports import workbook as guard
from chalicelib.domain.imports.reading import ReadOptions, Record, Table, Unreadable, read_file
from tests.support.workbooks import tampered, workbook

SHEET = "xl/worksheets/sheet1.xml"
PARTS = (SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels")
HEADER = ("Name", "Phone")
PLAIN = workbook(("List", [HEADER, ("Asha", "+91 98765 43210")]))
SPREADSHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=12).filter(
    lambda text: not ILLEGAL_CHARACTERS_RE.search(text) and not text.startswith("=") and text not in ("#N/A", "#REF!")
)


def read(file: io.BytesIO, sheet: str | None = None) -> Table:
    return read_file(file, "xlsx", ReadOptions(sheet=sheet))


def at(*parts: int) -> datetime:
    """An instant as a sheet has it, without a zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 -- sheets know no zones


def only_cell(value: Any, shown: str = "General") -> str:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["Name", "x"])
    sheet["B2"] = value
    sheet["B2"].number_format = shown
    file = io.BytesIO()
    made.save(file)
    (record,) = read(file).records()
    return record.cells[1]


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5))
def test_any_texts_read_back(rows: list[tuple[str, str]]) -> None:
    table = read(workbook(("List", [HEADER, *rows])))
    assert table.header == HEADER
    filled = [(number, row) for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    assert [(record.line, record.cells + ("",) * (2 - len(record.cells))) for record in table.records()] == filled
    assert list(table.records()) == list(table.records())


@pytest.mark.parametrize(
    ("value", "shown", "text"),
    [
        (919876543210, "General", "919876543210"),
        (919876543210.0, "0.00E+00", "919876543210"),
        (411001, "0", "411001"),
        (0.1 + 0.2, "General", "0.3"),
        (-3, "General", "-3"),
        (True, "General", "TRUE"),
        (False, "General", "FALSE"),
        (date(1990, 3, 15), "dd/mm/yyyy", "1990-03-15"),
        (at(1990, 3, 15), "mm-dd-yy", "1990-03-15"),
        (at(2026, 3, 15), "d-mmm", "--03-15"),
        (at(2026, 3, 15), "[$-409]d\\ mmmm;@", "--03-15"),
        (at(2026, 3, 15), "mmm-yy", "2026-03-15"),
        (at(1990, 3, 15, 10, 30), "yyyy-mm-dd hh:mm", "1990-03-15 10:30:00"),
        (time(10, 30), "hh:mm", "10:30:00"),
        ("0171 234", "@", "0171 234"),
        ("9.19877E+11", "@", "9.19877E+11"),
    ],
)
def test_a_cell_is_the_text_that_a_person_sees(value: Any, shown: str, text: str) -> None:
    assert only_cell(value, shown) == text


def test_a_formula_is_the_value_it_had_and_none_if_it_had_none() -> None:
    header = b'<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c><c r="B1" t="str"><v>x</v></c></row>'
    body = header + b'<row r="2"><c r="A2" t="str"><f>1+1</f><v>Asha</v></c><c r="B2"><f>1+1</f></c></row>'
    (record,) = read(tampered(PLAIN, {SHEET: SPREADSHEET % body})).records()
    assert record.cells == ("Asha",)


def test_an_error_in_a_cell_is_the_fault_of_its_row() -> None:
    made = workbook(("List", [HEADER, ("Asha", "#REF!"), ("Ravi", "1")]))
    wrong, right = read(made).records()
    assert (wrong.line, wrong.fault, right.fault) == (2, "holds the error #REF!, in column 2", None)


def test_the_first_sheet_with_data_is_read_unless_one_is_named() -> None:
    sheets = [("Cover", []), ("Men", [HEADER, ("Ravi", "1")]), ("Women", [HEADER, ("Asha", "2")])]
    assert [record.cells[0] for record in read(workbook(*sheets)).records()] == ["Ravi"]
    named = read(workbook(*sheets), sheet=" women ")
    assert [record.cells[0] for record in named.records()] == ["Asha"]
    assert named.facts == {"format": "xlsx", "sheet": "Women", "sheets": ["Cover", "Men", "Women"]}


def test_a_hidden_sheet_is_read_only_when_it_is_named() -> None:
    made = Workbook()
    made.create_sheet("Old").append(["Name", "x"])
    made["Old"].sheet_state = "hidden"
    sheet = made.create_sheet("New")
    sheet.append(["Given", "y"])
    file = io.BytesIO()
    made.save(file)
    assert read(file).header == ("Given", "y")
    assert read(file, sheet="Old").header == ("Name", "x")


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Unreadable, match="no sheet 'Men'; it has 'List'"):
        read(PLAIN, sheet="Men")


def test_rows_keep_their_numbers_over_blank_ones() -> None:
    rows = [(), ("Name", "Phone"), ("", None), ("Asha", 1), (), ("Ravi", 2)]
    assert [record.line for record in read(workbook(("List", rows))).records()] == [4, 6]


@pytest.mark.parametrize("rows", [[], [("", None)], [(None,)]])
def test_a_workbook_without_data_is_refused(rows: list[tuple[Any, ...]]) -> None:
    with pytest.raises(Unreadable, match="no sheet with anything"):
        read(workbook(("List", rows)))


DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/sharedStrings.xml"]
)
@pytest.mark.parametrize(
    "beginning", [DTD, OUTSIDE, b"<!-- " + b"x" * 100_000 + b" -->" + DTD.removeprefix(b'<?xml version="1.0"?>')]
)
def test_a_document_type_definition_is_refused_in_every_part(part: str, beginning: bytes) -> None:
    with pytest.raises(Unreadable, match="document type definition"):
        read(tampered(PLAIN, {part: beginning + b"<x/>"}))


def test_a_definition_in_another_encoding_is_refused_too() -> None:
    hidden = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "a">]><x/>'.encode("utf-16")
    with pytest.raises(Unreadable, match="document type definition"):
        read(tampered(PLAIN, {SHEET: hidden}))


def test_a_part_that_never_begins_is_refused() -> None:
    with pytest.raises(Unreadable, match="no part of a workbook"):
        read(tampered(PLAIN, {SHEET: b"<!-- " + b"x" * guard.PROLOG}))


def test_a_sheet_packed_beyond_reason_is_refused() -> None:
    with pytest.raises(Unreadable, match="packed too tightly"):
        read(tampered(PLAIN, {SHEET: SPREADSHEET % (b" " * 5_000_000)}))


def test_texts_that_would_fill_the_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_PART", 50)
    with pytest.raises(Unreadable, match=r"'\S+' of the workbook is over 64 MB"):
        read(PLAIN)


def test_a_workbook_over_the_limit_unpacked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_UNPACKED", 1000)
    with pytest.raises(Unreadable, match="over 2 GB unpacked"):
        read(PLAIN)


def test_an_entry_that_lies_about_its_size_is_never_unpacked_beyond_it() -> None:
    content = bytearray(tampered(PLAIN, {SHEET: SPREADSHEET % (b"<row/>" * 5000)}).getvalue())
    size = len(SPREADSHEET % (b"<row/>" * 5000)).to_bytes(4, "little")
    assert content.count(size) == 2  # in the entry's own header and in the directory
    with pytest.raises(Unreadable, match=r"damaged|not XML"):
        list(read(io.BytesIO(bytes(content).replace(size, (100).to_bytes(4, "little")))).records())


def test_many_parts_and_parts_of_one_name_are_refused() -> None:
    with pytest.raises(Unreadable, match="too many parts"):
        read(tampered(PLAIN, {f"xl/media/{number}": b"" for number in range(guard.MOST_ENTRIES)}))
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = tampered(PLAIN, {}, rename={"docProps/app.xml": SHEET})
    with pytest.raises(Unreadable, match="two of one name"):
        read(twice)


@pytest.mark.parametrize("reference", ["XFD1", "SH1"])
def test_a_cell_far_to_the_right_is_refused_by_its_row(reference: str) -> None:
    body = f'<row r="1"><c r="A1"><v>1</v></c><c r="{reference}"><v>1</v></c></row>'.encode()
    with pytest.raises(Unreadable, match="Row 1 has more than 500 columns"):
        read(tampered(PLAIN, {SHEET: SPREADSHEET % body}))


def test_cells_without_a_value_may_stand_anywhere() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c><c r="XFD%d"/></row>' % (n, n, n) for n in range(1, 1200))
    assert len(list(read(tampered(PLAIN, {SHEET: SPREADSHEET % rows})).records())) == 1198


def test_the_size_that_a_sheet_claims_to_have_hides_nothing() -> None:
    rows = '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>' * 2
    claims = f'<dimension ref="A1:A1"/><sheetData>{rows}</sheetData>'.encode()
    sheet = (SPREADSHEET % b"").replace(b"<sheetData></sheetData>", claims)
    assert [record.cells for record in read(tampered(PLAIN, {SHEET: sheet})).records()] == [("a", "b")]


def test_rows_beyond_the_end_of_any_sheet_are_refused() -> None:
    body = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2000000000"><c r="A2000000000"><v>1</v></c></row>'
    with pytest.raises(Unreadable, match="Row 2000000000 lies beyond"):
        list(read(tampered(PLAIN, {SHEET: SPREADSHEET % body})).records())


def test_a_cell_without_end_is_the_fault_of_its_row() -> None:
    (record,) = read(workbook(("List", [HEADER, ("Asha", "x" * 30_000)]))).records()
    assert record.fault is None
    body = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2" t="str"><v>%s</v></c></row>' % (b"x" * 50_000)
    (wrong,) = read(tampered(PLAIN, {SHEET: SPREADSHEET % body})).records()
    assert wrong.fault == "has a cell over 40000 characters, in column 1"


def plain_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("list.csv", "a,b\n")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (plain_zip(), "a zip archive, but no Excel workbook"),
        (b"a,b\n1,2\n", "is text, not xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "old Excel workbook"),
        (b"", "empty"),
        (PLAIN.getvalue()[:-60], "damaged"),
        (b"PK\x03\x04 and nothing else", "damaged"),
    ],
)
def test_what_is_no_workbook_is_told(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(io.BytesIO(content))


@settings(deadline=None)  # the library is imported by whichever example is first
@given(st.binary(max_size=100), st.integers(0, len(PLAIN.getvalue())))
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(damage: bytes, place: int) -> None:
    whole = PLAIN.getvalue()
    content = whole[:place] + damage + whole[place + len(damage) :]
    try:
        found = list(read(io.BytesIO(content)).records())
    except Unreadable:
        return
    assert all(isinstance(record, Record) for record in found)


@settings(deadline=None)  # as above
@given(
    st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]),
    st.integers(0),
    st.binary(max_size=8),
)
def test_a_damaged_part_is_read_or_refused_and_nothing_else(part: str, place: int, damage: bytes) -> None:
    with zipfile.ZipFile(PLAIN) as archive:
        content = archive.read(part)
    place %= len(content)
    damaged = content[:place] + damage + content[place + len(damage) :]
    try:
        list(read(tampered(PLAIN, {part: damaged})).records())
    except Unreadable:
        return


def test_memory_stays_flat_however_many_rows_there_are() -> None:
    def held_at_the_end(rows: int) -> int:
        file = workbook(("List", [HEADER, *((f"Asha {number}", 919876543210 + number) for number in range(rows))]))
        held = 0
        tracemalloc.start()
        for record in read(file).records():
            if record.line == rows:
                gc.collect()
                held = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return held

    held_at_the_end(10)  # what is loaded once does not count
    assert held_at_the_end(5_000) < held_at_the_end(1_000) + 200_000
