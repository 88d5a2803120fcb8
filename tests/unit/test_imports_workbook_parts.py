"""What an archive must be before anything of it is read as a workbook."""

import io
import zipfile

import pytest

from chalicelib.domain.imports import workbook as guard
from chalicelib.domain.imports.unreadable import Unreadable
from tests.support.workbooks import tampered, workbook

SHEET = "xl/worksheets/sheet1.xml"
PLAIN = workbook(("List", [("Name", "Phone"), ("Asha", "+91 98765 43210")]))


def zip_of(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return file.getvalue()


def with_a_password() -> bytes:
    """What the archive says of an encrypted entry: a bit in the entry's own header and in the directory."""
    content = bytearray(PLAIN.getvalue())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + flags] |= 1
            place = content.find(mark, place + 1)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zip_of("list.csv"), "a zip archive, but no Excel workbook"),
        (zip_of("[Content_Types].xml", "word/document.xml"), "a zip archive, but no Excel workbook"),
        (zip_of("xl/workbook.xml"), "a zip archive, but no Excel workbook"),
        (PLAIN.getvalue()[:-60], "damaged: its zip archive"),
        (with_a_password(), "has a password"),
        (tampered(PLAIN, {"xl/styles.xml": b"{}"}).getvalue(), "'xl/styles.xml' of the workbook is not XML"),
    ],
    ids=["another zip", "another office file", "no list of types", "cut off", "password", "a part of JSON"],
)
def test_an_archive_that_is_no_whole_workbook_is_refused_before_it_is_read(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        guard.require_harmless(io.BytesIO(content))


def test_of_a_long_part_only_the_beginning_is_looked_at() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n * n) for n in range(1, 8000))
    assert len(rows) > guard.PROLOG
    file = tampered(PLAIN, {SHEET: b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"})
    guard.require_harmless(file)
    assert file.tell() == 0
