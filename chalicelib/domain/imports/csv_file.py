"""A file of delimited text as a table: which characters, which delimiter, then its records."""

import re
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO

from chalicelib.domain.imports.charset import Charset, charset_of
from chalicelib.domain.imports.delimited import delimiter_of, records_of
from chalicelib.domain.imports.records import ReadOptions, Record, Table, below, header_of
from chalicelib.domain.imports.text_lines import lines_of
from chalicelib.domain.imports.unreadable import Unreadable

SAMPLE_LINES = 100
_SAID_DELIMITER = re.compile(r'"?sep=(.)"?[,;\t|]*\s*', re.IGNORECASE)
NEWLINES = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}


@dataclass(frozen=True)
class Dialect:
    """How the file is written. `preface`: how many lines stand before the header (`sep=;`)."""

    charset: Charset
    delimiter: str
    newline: str
    preface: int = 0


def table_of(file: IO[bytes], options: ReadOptions) -> Table:
    """The table in this file.

    Raises:
        Unreadable: the file is no text, or empty, or an option does not fit it.
    """
    charset = charset_of(file, options.encoding)
    with closing(lines_of(file, charset)) as lines:
        dialect = _dialect(list(islice(lines, SAMPLE_LINES)), charset, options.delimiter)
    with closing(_records(file, dialect)) as records:
        header = header_of(records)
    facts = {
        "format": "csv",
        "encoding": charset.name,
        "encoding_guessed": charset.guessed,
        "delimiter": dialect.delimiter,
        "newline": dialect.newline,
    }
    return Table(header, facts, lambda: below(header, _records(file, dialect)))


def _dialect(sample: list[str], charset: Charset, said: str | None) -> Dialect:
    if said is not None and (len(said) != 1 or said.isalnum() or said in "\"'\r\n"):
        raise Unreadable(f"options.delimiter {said[:10]!r} is not one character that can stand between cells.")
    kinds = {NEWLINES[line[len(line.rstrip("\r\n")) :][:2]] for line in sample if line.endswith(("\r", "\n"))}
    newline = kinds.pop() if len(kinds) == 1 else ("mixed" if kinds else "none")
    first = _SAID_DELIMITER.fullmatch(sample[0]) if sample else None
    if first:
        return Dialect(charset, said or first[1], newline, preface=1)
    return Dialect(charset, said or delimiter_of(sample), newline)


def _records(file: IO[bytes], dialect: Dialect) -> Generator[Record, None, None]:
    with closing(lines_of(file, dialect.charset)) as lines:
        for _ in range(dialect.preface):
            next(lines, None)
        for record in records_of(lines, dialect.delimiter):
            yield _checked(replace(record, line=record.line + dialect.preface), dialect.charset)


def _checked(record: Record, charset: Charset) -> Record:
    """A record whose characters cannot be what was written is at fault."""
    text = "".join(record.cells)
    if charset.spoilt(text):
        readable = tuple(cell.encode("utf-8", "replace").decode() for cell in record.cells)
        return replace(record, cells=readable, fault=record.fault or f"holds bytes that are not {charset.name}")
    if "\0" in text:
        return replace(record, fault=record.fault or "holds a NUL character")
    return record
