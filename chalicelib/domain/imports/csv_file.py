"""A file of delimited text as a table: which characters, which delimiter, then its records."""

import io
from collections.abc import Iterator
from typing import IO

from chalicelib.domain.imports.csv_text import delimiter_of
from chalicelib.domain.imports.records import ReadOptions, Record, Table, below, header_of


def table_of(file: IO[bytes], options: ReadOptions) -> Table:
    """The table in this file.

    Raises:
        Unreadable: the file is no text, or empty.
    """
    encoding = options.encoding or "utf-8-sig"
    file.seek(0)
    first = io.TextIOWrapper(file, encoding, newline="")
    delimiter = options.delimiter or delimiter_of(first.readline())
    first.detach()

    def records() -> Iterator[Record]:
        import csv  # noqa: PLC0415 -- replaced in the next change

        file.seek(0)
        text = io.TextIOWrapper(file, encoding, newline="")
        line = 1
        reader = csv.reader(text, delimiter=delimiter)
        try:
            for cells in reader:
                yield Record(line, tuple(cells))
                line = reader.line_num + 1
        finally:
            text.detach()

    header = header_of(records())
    facts = {"format": "csv", "encoding": encoding, "delimiter": delimiter}
    return Table(header, facts, lambda: below(header, records()))
