"""Files of customers, of whatever format, as records."""

from importlib import import_module
from typing import IO

from chalicelib.domain.imports.content import require_format
from chalicelib.domain.imports.records import FileFormat, ReadOptions, Record, Table
from chalicelib.domain.imports.unreadable import Unreadable

__all__ = ["FileFormat", "ReadOptions", "Record", "Table", "Unreadable", "read_file"]

# Loaded when a file of their kind is read: what they need is large.
_READERS: dict[FileFormat, str] = {"csv": "csv_file", "xlsx": "xlsx_file", "jsonl": "jsonl_file"}


def read_file(file: IO[bytes], file_format: FileFormat, options: ReadOptions | None = None) -> Table:
    """The file as a table. It must be seekable, and stay open while records are read; memory stays flat.

    A jsonl file of our own bodies has the one column `json`, whose cells are JSON objects as text.

    Raises:
        Unreadable: the file is not of this format, is empty, or an option does not fit it.
    """
    require_format(file, file_format)
    reader = import_module(f"chalicelib.domain.imports.{_READERS[file_format]}")
    table: Table = reader.table_of(file, options or ReadOptions())
    return table
