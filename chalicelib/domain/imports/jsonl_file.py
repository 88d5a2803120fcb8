"""A file of JSON lines as a table: an object a line, of our own shape or flat ones from elsewhere."""

import json
from collections.abc import Generator, Mapping
from contextlib import closing
from typing import IO, Any

from chalicelib.domain.customers.model import CustomerOut, NewCustomer
from chalicelib.domain.errors import Malformed
from chalicelib.domain.imports.charset import Charset, charset_of
from chalicelib.domain.imports.columns import ID
from chalicelib.domain.imports.flattening import flat
from chalicelib.domain.imports.mapping import ERROR_COLUMN
from chalicelib.domain.imports.records import MOST_COLUMNS, ReadOptions, Record, Table
from chalicelib.domain.imports.targets import JSON
from chalicelib.domain.imports.text_lines import MOST_CHARACTERS, lines_of
from chalicelib.domain.imports.unreadable import Unreadable
from chalicelib.domain.strict_json import parse_text

OWN = frozenset(NewCustomer.model_fields)
# What a customer has when it is read, and nobody writes; and what a line says that was given back.
READ_ONLY = (frozenset(CustomerOut.model_fields) - OWN) | {ERROR_COLUMN}
COMPUTED = frozenset(("new", "regular", "vip"))  # categories that are worked out, never said
_FAULTS = {
    "too_deep": "is nested too deeply",
    "duplicate_key": "names a key twice in one object",
    "not_a_number": "holds NaN or Infinity, which are no JSON",
    "number_out_of_range": "holds a number out of range",
}


def table_of(file: IO[bytes], options: ReadOptions) -> Table:
    """The table in this file: of our own bodies, or with a column for each key that occurs.

    Raises:
        Unreadable: the file is no text, has no object at all, or too many keys.
    """
    charset = charset_of(file, options.encoding)
    keys, own = _keys(file, charset)
    facts = {"format": "jsonl", "encoding": charset.name, "encoding_guessed": charset.guessed}
    if own:
        return Table((JSON,), facts, lambda: _bodies(file, charset))
    return Table(keys, facts, lambda: _flat(file, charset, keys))


def _keys(file: IO[bytes], charset: Charset) -> tuple[tuple[str, ...], bool]:
    """All keys of the flattened objects as they occur, and whether all objects are bodies of ours."""
    keys: dict[str, None] = {}
    own, found = True, False
    with closing(_objects(file, charset)) as objects:
        for _, value in objects:
            if isinstance(value, Mapping):
                found = True
                own = own and value.keys() <= OWN | READ_ONLY
                keys |= dict.fromkeys(flat(value))
                if not own and len(keys) > MOST_COLUMNS:
                    raise Unreadable(f"The objects have more than {MOST_COLUMNS} different keys.")
    if not found:
        raise Unreadable("The file has no JSON object; it needs one a line.")
    return tuple(keys), own


def _bodies(file: IO[bytes], charset: Charset) -> Generator[Record, None, None]:
    with closing(_objects(file, charset)) as objects:
        for line, value in objects:
            if isinstance(value, Mapping):
                yield Record(line, (json.dumps(_writable(value), ensure_ascii=False, separators=(",", ":")),))
            else:
                yield _faulty(line, value)


def _flat(file: IO[bytes], charset: Charset, keys: tuple[str, ...]) -> Generator[Record, None, None]:
    with closing(_objects(file, charset)) as objects:
        for line, value in objects:
            if isinstance(value, Mapping):
                cells = flat(value)
                yield Record(line, tuple(cells.get(key, "") for key in keys))
            else:
                yield _faulty(line, value)


def _faulty(line: int, said: tuple[str, str]) -> Record:
    text, fault = said
    return Record(line, (text.encode("utf-8", "replace").decode(),), fault)


def _writable(customer: Mapping[str, Any]) -> dict[str, Any]:
    """What can be written of a customer as it is read, and whom it is about: so what was exported goes in again."""
    body = {name: value for name, value in customer.items() if name in OWN or name == ID}
    if body.get("category") in COMPUTED:
        del body["category"]
    return body


def _objects(file: IO[bytes], charset: Charset) -> Generator[tuple[int, Any], None, None]:
    """Each line that is not blank, with its number: an object, or else its text and what is wrong with it."""
    with closing(lines_of(file, charset)) as lines:
        for number, line in enumerate(lines, start=1):
            if len(line) >= MOST_CHARACTERS:
                raise Unreadable(f"Line {number} is over 1 MB.")
            if line.strip():
                yield number, _object(line.strip(), charset)


def _object(text: str, charset: Charset) -> Any:
    if charset.spoilt(text):
        return text, f"holds bytes that are not {charset.name}"
    try:
        value = parse_text(text)
    except Malformed as wrong:
        return text, _FAULTS.get(wrong.code, "is not JSON")
    except ValueError:
        return text, "is not JSON"
    if "\\ud" in text.lower() and not _writable_text(value):
        return text, "holds half of a surrogate pair"
    return value if isinstance(value, Mapping) else (text, "is not a JSON object")


def _writable_text(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
