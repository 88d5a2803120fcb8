"""The fields of an HTML form, as browsers and mail providers post them; small ones only, and no files."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from chalicelib.domain.errors import Malformed, TooLarge, UnsupportedMedia
from chalicelib.handlers.inbound import Inbound

MOST_BYTES = 16 * 1024
MOST_FIELDS = 20
URL_ENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_BOUNDARY = re.compile(r"boundary=(?:\"([^\"]{1,70})\"|([^\s;,\"]{1,70}))", re.IGNORECASE)
_NAME = re.compile(r"content-disposition:\s*form-data;[^\r\n]*?\bname=\"([^\"\r\n]*)\"", re.IGNORECASE)


def fields(inbound: Inbound) -> dict[str, str]:
    """Names and values; of a name that comes twice the last value.

    Raises:
        TooLarge, UnsupportedMedia, Malformed: the body cannot be taken.
    """
    if len(inbound.raw) > MOST_BYTES:
        raise TooLarge("The form is over 16 KB.")
    kind = inbound.headers.get("content-type", "")
    text = _text(inbound.raw)
    media = kind.partition(";")[0].strip().lower()
    if media == URL_ENCODED:
        return dict(_pairs(text))
    if media == MULTIPART:
        return dict(_parts(text, kind))
    raise UnsupportedMedia(f"The body must be {URL_ENCODED} or {MULTIPART}.")


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as wrong:
        raise Malformed("The form must be UTF-8.", code="not_utf8") from wrong


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as wrong:  # too many fields, or escapes that are no UTF-8
        raise Malformed("The form cannot be read.") from wrong


def _parts(text: str, kind: str) -> Iterator[tuple[str, str]]:
    boundary = _BOUNDARY.search(kind)
    if boundary is None:
        raise Malformed("The form names no boundary.")
    chunks = text.split(f"--{boundary[1] or boundary[2]}")
    if len(chunks) > MOST_FIELDS + 2:
        raise Malformed("The form has too many fields.")
    for chunk in chunks[1:-1]:
        head, _, value = chunk.replace("\r\n", "\n").partition("\n\n")
        name = _NAME.search(head)
        if name:
            yield name[1], value.removesuffix("\n")
