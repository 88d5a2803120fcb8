"""What a file is by its first bytes, whatever its name says."""

from typing import IO

from chalicelib.domain.imports.records import FileFormat
from chalicelib.domain.imports.unreadable import Unreadable

ZIP = b"PK\x03\x04"
HEAD = 512
# The first bytes of files that people rename, or choose by mistake.
_KINDS: tuple[tuple[bytes, str], ...] = (
    (ZIP, "a zip archive or an Excel workbook"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls), or one with a password"),
    (b"\x89PNG\r\n\x1a\n", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF87a", "an image"),
    (b"GIF89a", "an image"),
    (b"RIFF", "an image or a recording"),
    (b"%PDF-", "a PDF"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"SQLite format 3\x00", "a database"),
    (b"{\\rtf", "a text document (.rtf)"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
)
_PAGES = (b"<!doctype", b"<html", b"<?xml", b"<table")
_WAYS: dict[FileFormat, str] = {
    "csv": "Save the list as CSV, or begin an import with format xlsx or jsonl.",
    "jsonl": "Save the list as JSON lines: one object a line.",
    "xlsx": "Save the list as an Excel workbook (.xlsx), without a password.",
}


def require_format(file: IO[bytes], file_format: FileFormat) -> None:
    """Leave the file at its beginning.

    Raises:
        Unreadable: the file is empty, or something else by its content; says what.
    """
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Unreadable("The file is empty: it needs a header and rows below it.")
    kind = _kind(head)
    if file_format == "xlsx" and head.startswith(ZIP):
        return
    if kind or file_format == "xlsx":
        raise Unreadable(f"The file is {kind or 'text'}, not {file_format}. {_WAYS[file_format]}")


def _kind(head: bytes) -> str | None:
    for beginning, kind in _KINDS:
        if head.startswith(beginning):
            return kind
    page = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGES)
    return "a web page or an XML document" if page else None
