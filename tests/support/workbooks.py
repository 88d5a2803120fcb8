"""Workbooks as programs write them, and as nobody should."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook


def workbook(*sheets: tuple[str, Sequence[Sequence[Any]]]) -> io.BytesIO:
    """A workbook with these sheets, by name and rows."""
    made = Workbook(write_only=True)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    return file


def tampered(file: io.BytesIO, parts: Mapping[str, bytes], rename: Mapping[str, str] | None = None) -> io.BytesIO:
    """The workbook with parts replaced or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.namelist():
            if entry not in parts:
                after.writestr((rename or {}).get(entry, entry), before.read(entry))
        for name, content in parts.items():
            after.writestr(name, content)
    made.seek(0)
    return made
