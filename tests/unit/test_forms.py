"""Forms as browsers and mail providers post them, and what is none."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import DomainError, Malformed, TooLarge, UnsupportedMedia
from chalicelib.handlers import forms
from chalicelib.handlers.inbound import Inbound

URL = forms.URL_ENCODED
MULTI = f"{forms.MULTIPART}; boundary=line"


def posted(raw: bytes, kind: str | None = URL) -> Inbound:
    headers = {} if kind is None else {"content-type": kind}
    return Inbound("POST", "/v1/unsubscribe", (), headers, {}, raw, None, "req_1")


def part(name: str, value: str) -> bytes:
    return f'--line\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"List-Unsubscribe=One-Click", URL),
        (b"List-Unsubscribe=One-Click", f"{URL}; charset=UTF-8"),
        (b"List%2DUnsubscribe=One%2dClick", URL.upper()),
        (part("List-Unsubscribe", "One-Click") + b"--line--\r\n", MULTI),
        (part("List-Unsubscribe", "One-Click") + b"--line--", f'{forms.MULTIPART}; boundary="line"'),
        (part("List-Unsubscribe", "One-Click").replace(b"\r\n", b"\n") + b"--line--\n", MULTI),
        (b"preamble\r\n" + part("List-Unsubscribe", "One-Click") + b"--line--\r\nepilogue", MULTI),
    ],
)
def test_one_click_in_every_dress(raw: bytes, kind: str) -> None:
    assert forms.fields(posted(raw, kind)) == {"List-Unsubscribe": "One-Click"}


def test_several_fields() -> None:
    assert forms.fields(posted(b"a=1&b=&a=2&c=%E0%A4%85+x")) == {"a": "2", "b": "", "c": "अ x"}
    raw = part("a", "1") + part("b", "two\r\nlines") + b"--line--\r\n"
    assert forms.fields(posted(raw, MULTI)) == {"a": "1", "b": "two\nlines"}


@pytest.mark.parametrize(
    ("raw", "kind", "refusal"),
    [
        (b"{}", "application/json", UnsupportedMedia),
        (b"scope=purpose", "text/plain", UnsupportedMedia),
        (b"scope=purpose", None, UnsupportedMedia),
        (b"a=" + b"x" * forms.MOST_BYTES, URL, TooLarge),
        (b"\xff\xfe", URL, Malformed),
        (b"a=%ff", URL, Malformed),
        (b"&".join([b"a=1"] * 21), URL, Malformed),
        (part("a", "1"), forms.MULTIPART, Malformed),
        (part("a", "1") * 25, MULTI, Malformed),
    ],
)
def test_what_is_no_form(raw: bytes, kind: str | None, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        forms.fields(posted(raw, kind))


@given(st.binary(max_size=200), st.sampled_from([URL, MULTI, f"{forms.MULTIPART}; boundary=", "multipart/x", ""]))
def test_any_body_is_read_or_refused(raw: bytes, kind: str) -> None:
    found: dict[str, str] = {}
    with contextlib.suppress(Malformed, UnsupportedMedia):
        found = forms.fields(posted(raw, kind))
    assert all(isinstance(each, str) for pair in found.items() for each in pair)
