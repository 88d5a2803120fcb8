"""Strict JSON, cursors, the router and merge patches."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import strict_json
from chalicelib.domain.errors import Invalid, Malformed
from chalicelib.domain.merge_patch import merge_patch
from chalicelib.handlers import cursors
from chalicelib.handlers.gateway import Router

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
KEY = b"k" * 32


@given(JSON)
def test_what_json_writes_is_read(value: Any) -> None:
    assert strict_json.parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b"NaN",
        b"[-Infinity]",
        b"1e999",
        b"-1e999",
        b"1" * 41,
        b"[" * 33 + b"]" * 33,
        b'{"a":' * 33 + b"1" + b"}" * 33,
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"{} {}",
        b"{'a':1}",
        b"[1,]",
    ],
)
def test_traps_are_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        strict_json.parse(raw)


def test_brackets_in_texts_are_no_nesting() -> None:
    assert strict_json.parse(json.dumps({"a": "[{" * 50 + '\\"'}).encode()) == {"a": "[{" * 50 + '\\"'}


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3), st.text(max_size=10))
def test_a_cursor_comes_back_for_its_scope_only(position: dict[str, str], scope: str) -> None:
    cursor = cursors.write(position, scope, KEY, 1000)
    assert cursors.read(cursor, scope, KEY, 1000) == position
    with pytest.raises(Invalid):
        cursors.read(cursor, scope + "x", KEY, 1000)
    with pytest.raises(Invalid):
        cursors.read(cursor, scope, b"x" * 32, 1000)


def test_a_cursor_expires() -> None:
    cursor = cursors.write({}, "s", KEY, 1000)
    with pytest.raises(Invalid, match="expired"):
        cursors.read(cursor, "s", KEY, 1001 + cursors.LIFETIME_SECONDS)


@pytest.mark.parametrize("cursor", ["", "x", "é", "====", "AAAA", "A" * 500, "../.."])
def test_what_is_no_cursor(cursor: str) -> None:
    with pytest.raises(Invalid):
        cursors.read(cursor, "s", KEY, 1000)


def test_a_literal_path_wins_over_a_parameter() -> None:
    router = Router(["/v1/c", "/v1/c/{id}", "/v1/c/{id}/notes", "/v1/c/by-external-id/{x}"])
    assert router.find(("", "v1", "c", "7")) == ("/v1/c/{id}", {"id": "7"})
    assert router.find(("", "v1", "c", "by-external-id", "notes")) == ("/v1/c/by-external-id/{x}", {"x": "notes"})
    assert router.find(("", "v1", "c", "")) is None
    assert router.find(("", "v1", "x")) is None


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [  # the examples of RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch_as_the_rfc_has_it(target: Any, patch: Any, result: Any) -> None:
    assert merge_patch(target, patch) == result
