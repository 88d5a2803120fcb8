"""What a message may not hold: refused by the field, and nothing is written."""

from typing import Any

import pytest

from tests.support.faults import injected
from tests.support.letters import agrees, reachable, write

pytestmark = pytest.mark.emulator


BAD: list[tuple[dict[str, Any], str]] = [
    ({"text": None}, "/text"),
    ({"text": ""}, "/text"),
    ({"text": " \n"}, "/text"),
    ({"text": "a\u0000b"}, "/text"),
    ({"text": "a\u202eb"}, "/text"),
    ({"text": "Dear {{ first_name }}"}, "/text"),
    ({"text": 7}, "/text"),
    ({"text": "a" * 10_001}, "/text"),
    ({"channel": "sms", "subject": None, "text": "a" * 1_001}, "/text"),
    ({"channel": "push", "text": "Hello"}, "/channel"),
    ({"subject": None}, "/subject"),
    ({"subject": "Hello\r\nBcc: all@example.com"}, "/subject"),
    ({"subject": "Hello\nBcc: all@example.com"}, "/subject"),
    ({"subject": "Hello\u2028Bcc: all@example.com"}, "/subject"),
    ({"subject": "Hello\u0085Bcc: all@example.com"}, "/subject"),
    ({"subject": "a" * 201}, "/subject"),
    ({"channel": "sms"}, "/subject"),
    ({"channel": "fax"}, "/channel"),
    ({"channel": "call"}, "/channel"),
    ({"direction": "in"}, "/direction"),
    ({"direction": "up"}, "/direction"),
    ({"at": "2026-01-01T00:00:00Z"}, "/at"),
    ({"send_at": "2026-01-01T00:00:00Z"}, "/send_at"),
    ({"send_at": "2026-13-01T00:00:00Z"}, "/send_at"),
    ({"send_at": "tomorrow"}, "/send_at"),
    ({"send_at": "2126-01-01T00:00:00Z"}, "/send_at"),
    ({"purpose": "anything"}, "/purpose"),
    ({"purpose": "staff"}, "/purpose"),
    ({"template": "no_such_template", "subject": None, "text": None}, "/template"),
    ({"template": "staff_digest", "subject": None, "text": "x"}, "/template"),
    ({"template": "Birthday!", "subject": None}, "/template"),
    ({"template": "birthday", "text": None}, "/subject"),
    ({"template": "birthday", "subject": None, "text": None, "purpose": "service"}, "/purpose"),
    ({"customer_id": "cus_00000000000000000000000000"}, "/customer_id"),
    ({"customer_id": "usr_1#x"}, "/customer_id"),
    ({"status": "sent"}, "/status"),
    ({"address": "else@example.com"}, "/address"),
    ({"channel": "letter", "template": "birthday"}, "/template"),
    ({"channel": "letter", "send_at": "2126-01-01T00:00:00Z"}, "/send_at"),
    ({"channel": "visit", "text": None}, "/text"),
    ({"channel": "visit", "at": "2126-01-01T00:00:00Z"}, "/at"),
    ({"channel": "visit", "at": "1969-01-01T00:00:00Z"}, "/at"),
]


@pytest.fixture(scope="module")
def somebody(people: dict[str, Any]) -> dict[str, Any]:
    return reachable(people["sales"])


@pytest.mark.parametrize(("fields", "pointer"), BAD, ids=lambda value: str(value)[:40])
def test_bad_input_names_the_field_and_writes_nothing(
    sales: Any, somebody: dict[str, Any], fields: dict[str, Any], pointer: str
) -> None:
    body = {"customer_id": somebody["id"], "channel": "email", "subject": "Hello", "text": "Hello"} | fields
    with injected() as watch:
        reply = sales.post("/v1/messages", {name: value for name, value in body.items() if value is not None})
    assert (reply.status, reply.pointers) == (422, [pointer]), reply.text
    assert watch.written == []


def test_no_address_is_named(sales: Any) -> None:
    reply = write(sales, reachable(sales, emails=[])["id"], channel="email")
    assert (reply.status, reply.code, reply.pointers) == (422, "no_address", ["/channel"])


@pytest.mark.parametrize("hostile", ["Asha {{ text }}", "<b onload=x>Asha</b>", "${7*7}"])
def test_a_hostile_name_stays_what_it_is(sales: Any, hostile: str) -> None:
    """Names go into subjects."""
    customer = reachable(sales, given_name=hostile)
    agrees(sales, customer["id"])
    reply = write(sales, customer["id"], template="birthday")
    assert hostile in reply.json["subject"]
    assert hostile in reply.json["text"]
    assert "<b onload" not in reply.json["html"]


@pytest.mark.parametrize("lines", ["one\r\nBcc: all@example.com", "one\ntwo", "one\u2028two"])
def test_what_would_begin_a_new_header_is_refused(sales: Any, manager: Any, lines: str) -> None:
    template = {"name": "about", "purpose": "service", "channel": "email", "language": "en", "text": "{{ text }}"}
    made = manager.post("/v1/templates", {**template, "subject": "About {{ text }}"})
    assert made.status == 201, made.text
    try:
        reply = write(sales, reachable(sales)["id"], template="about", text=lines)
    finally:
        assert manager.delete(made.headers["Location"]).status == 204
    assert (reply.status, reply.code) == (422, "header_injection")
