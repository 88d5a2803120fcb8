"""Files of customers, of whatever format, as records."""

from typing import IO

from chalicelib.domain.imports.records import FileFormat, ReadOptions, Record, Table
from chalicelib.domain.imports.unreadable import Unreadable

__all__ = ["FileFormat", "ReadOptions", "Record", "Table", "Unreadable", "read_file"]


def read_file(file: IO[bytes], file_format: FileFormat, options: ReadOptions | None = None) -> Table:
    """The file as a table. It must be seekable, and stay open while records are read; memory stays flat.

    A jsonl file of our own bodies has the one column `json`, whose cells are JSON objects as text.

    Raises:
        Unreadable: the file is not of this format, is empty, or an option does not fit it.
    """
    from chalicelib.domain.imports import csv_file  # noqa: PLC0415 -- each format brings what it needs when it is read

    return csv_file.table_of(file, options or ReadOptions())
