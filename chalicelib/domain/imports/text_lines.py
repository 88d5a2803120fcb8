"""The lines of a text file, one at a time, however long it is."""

import io
from collections.abc import Generator
from functools import partial
from typing import IO

from chalicelib.domain.imports.charset import Charset
from chalicelib.domain.imports.unreadable import Unreadable

MOST_CHARACTERS = 1024 * 1024  # of one line, and of one record
MARK = "\ufeff"


def lines_of(file: IO[bytes], charset: Charset) -> Generator[str, None, None]:
    r"""The lines with their endings (\n, \r\n or \r); one over 1 MB comes in pieces. The file stays open.

    Raises:
        Unreadable: bytes that can be no character, in an encoding that cannot go on after them.
    """
    file.seek(0)
    text = io.TextIOWrapper(file, charset.name, charset.errors, newline="")
    try:
        first = text.readline(MOST_CHARACTERS).removeprefix(MARK)
        if first:
            yield first
        yield from iter(partial(text.readline, MOST_CHARACTERS), "")
    except UnicodeError as wrong:
        raise Unreadable(f"The file is not {charset.name} from end to end.") from wrong
    finally:
        text.detach()  # else the file would be closed with it
