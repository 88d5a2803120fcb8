"""Tables written as delimited text in any dialect, and what Facet reads of a text."""

import csv
import io

from chalicelib.domain.imports.reading import ReadOptions, Table, read_file


def read(content: bytes, **options: str) -> Table:
    """The table of a csv file."""
    return read_file(io.BytesIO(content), "csv", ReadOptions(**options))


def cells(content: bytes, **options: str) -> list[tuple[str, ...]]:
    """The cells of its records."""
    return [record.cells for record in read(content, **options).records()]


def written(rows: list[tuple[str, ...]], newlines: list[str], delimiter: str, quoting: int) -> str:
    """The rows, each with a newline of its own."""
    parts: list[str] = []
    for number, row in enumerate(rows):
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerow(row)  # type: ignore[arg-type]  # a constant of csv
        parts += [text.getvalue().removesuffix("\r\n"), newlines[number % len(newlines)]]
    return "".join(parts)
