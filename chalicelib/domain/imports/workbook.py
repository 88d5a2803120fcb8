"""What an xlsx file is made of, looked at before anything of it is read: a zip of XML, and not a trap."""

import lzma
import struct
import zipfile
import zlib
from typing import IO
from xml.parsers import expat

from chalicelib.domain.imports.unreadable import Unreadable

MOST_ENTRIES = 2_000
MOST_UNPACKED = 2 * 1024**3
MOST_PART = 64 * 1024**2  # of the parts that are held in memory as a whole: texts, styles, the list of sheets
MOST_RATIO = 250  # a sheet of a million equal rows packs 1 to 60
SMALL = 1024**2  # below it no ratio matters
PROLOG = 256 * 1024  # within which a part must have come to its first element
STREAMED = "xl/worksheets/"  # read row by row, so only their sum matters
BLOCK = 64 * 1024
# What reading a damaged archive raises.
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error)
_DAMAGE = (*_BROKEN, NotImplementedError, EOFError, OSError, ValueError)


def require_harmless(file: IO[bytes]) -> None:
    """Leave the file at its beginning.

    Raises:
        Unreadable: no workbook, damaged, with a password, larger unpacked than we read, or with a document type
            definition, by which XML can fetch other files or grow without end.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            _check(archive)
    except _DAMAGE as wrong:
        raise Unreadable("The workbook is damaged: its zip archive cannot be read.") from wrong
    except RuntimeError as wrong:  # how the module says that an entry is encrypted
        raise Unreadable("The workbook has a password. Save it without one.") from wrong
    file.seek(0)


def _check(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable("The file is a zip archive, but no Excel workbook.")
    if len(entries) > MOST_ENTRIES or len(names) < len(entries):
        raise Unreadable("The workbook has too many parts, or two of one name.")
    _check_sizes(entries)
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            _check_prolog(archive, entry)


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    """The sizes that entries declare: nothing is ever unpacked beyond what its entry declares."""
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Unreadable("The workbook is over 2 GB unpacked. Divide it, or save it as CSV.")
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise Unreadable(f"Part {entry.filename[:80]!r} of the workbook is packed too tightly to be a list.")
        if entry.file_size > MOST_PART and not entry.filename.startswith(STREAMED):
            raise Unreadable(f"Part {entry.filename[:80]!r} of the workbook is over 64 MB. Save the list as CSV.")


class _FirstElement(Exception):
    """The prolog is over: from here on no definition can come."""


def _check_prolog(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Definitions stand before the first element, or nowhere."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = _begin
    parser.StartDoctypeDeclHandler = _refuse
    with archive.open(entry) as part:
        try:
            for _ in range(PROLOG // BLOCK):
                block = part.read(BLOCK)
                parser.Parse(block, not block)
                if not block:
                    return
        except _FirstElement:
            return
        except expat.ExpatError as wrong:
            raise Unreadable(f"Part {entry.filename[:80]!r} of the workbook is not XML.") from wrong
    raise Unreadable(f"Part {entry.filename[:80]!r} of the workbook is no part of a workbook.")


def _begin(*_element: object) -> None:
    raise _FirstElement


def _refuse(*_definition: object) -> None:
    raise Unreadable("The workbook has a document type definition. Save it anew with a spreadsheet program.")
