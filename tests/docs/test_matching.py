"""A document that shows something else than the answer is noticed."""

import pytest

from tests.docs.documents import Block, steps
from tests.docs.matching import differences

ANSWER = '{"id": "cus_1", "tags": ["Gold", "Wedding"], "age": null, "open": false, "analytics": {"notes": 2}}'


def shown(text: str, info: str = "json") -> Block:
    return Block(info, text, 1)


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "cus_…"}',
        '{"tags": ["Gold", "Wedding"]}',
        '{"tags": ["Gold", "…"]}',
        '{"age": null, "analytics": {"notes": 2}}',
        '{"analytics": {"notes": "…"}, "tags": "…", "age": "…"}',
        "{}",
    ],
)
def test_a_part_of_the_answer_passes(text: str) -> None:
    assert differences(shown(text), ANSWER) == []


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "ord_…"}',
        '{"id": null}',
        '{"name": "Leela"}',
        '{"name": "…"}',
        '{"tags": ["Gold"]}',
        '{"tags": ["Wedding", "…"]}',
        '{"tags": []}',
        '{"age": 0}',
        '{"open": 0}',
        '{"analytics": {"notes": 3}}',
        "[]",
    ],
)
def test_anything_else_does_not(text: str) -> None:
    assert differences(shown(text), ANSWER)


def test_an_answer_that_is_no_json_does_not_pass() -> None:
    assert differences(shown("{}"), "")


def test_status_headers_and_body_are_compared() -> None:
    answer = 'HTTP/1.1 201 Created\r\nEtag: "1"\r\nLocation: /v1/customers/cus_1\r\n\r\n{"id": "cus_1"}'
    right = 'HTTP/1.1 201 Created\nETag: "1"\nLocation: /v1/customers/cus_…\n\n{"id": "cus_…"}\n'
    assert differences(shown(right, "http"), answer) == []
    for old, new in (("201 Created", "200 OK"), ('"1"', '"2"'), ("/cus_…", "/ord_…"), ('"cus_…"', '"ord_…"')):
        assert differences(shown(right.replace(old, new), "http"), answer)


def test_lines_of_text_are_looked_for() -> None:
    assert differences(shown("row,result\n…created…\n", "text"), "row,result\n1,created,cus_1\n") == []
    assert differences(shown("…rejected…\n", "text"), "row,result\n1,created,cus_1\n")


def test_only_marked_blocks_are_run_and_answers_belong_to_the_block_before() -> None:
    text = (
        "```sh\nno\n```\n```json\n{}\n```\n```sh run\nyes\n```\nso:\n```json\n{}\n```\n```http\nHTTP/1.1 200 OK\n```\n"
    )
    found = steps(text)
    assert [step.commands.text for step in found] == ["yes\n"]
    assert [block.info for block in found[0].shown] == ["json", "http"]
    assert found[0].commands.line == 8
