import base64
from typing import Any

import pytest

from local.gateway import Context, Request, answer_of, event_of


def event(
    target: str = "/v1/customers", *, body: bytes = b"", headers: Any = (), method: str = "GET"
) -> dict[str, Any]:
    return event_of(Request(method, target, list(headers), body, "127.0.0.1"))


def test_the_path_stays_as_it_was_received() -> None:
    made = event("/v1/customers/by-external-id/a%2Fb%20%C3%A9?q=1")
    assert made["path"] == "/v1/customers/by-external-id/a%2Fb%20%C3%A9"
    assert made["pathParameters"] == {"proxy": "v1/customers/by-external-id/a%2Fb%20%C3%A9"}
    assert made["resource"] == made["requestContext"]["resourcePath"] == "/{proxy+}"
    assert made["requestContext"]["path"] == "/api/v1/customers/by-external-id/a%2Fb%20%C3%A9"


def test_the_root_is_a_resource_of_its_own() -> None:
    made = event("/")
    assert (made["resource"], made["path"], made["pathParameters"]) == ("/", "/", None)


def test_queries_are_decoded_and_repeated_ones_kept() -> None:
    made = event("/x?tag=VIP&tag=Gold+Ring&empty=&q=%E0%A4%86")
    assert made["multiValueQueryStringParameters"] == {"tag": ["VIP", "Gold Ring"], "empty": [""], "q": ["आ"]}
    assert made["queryStringParameters"] == {"tag": "Gold Ring", "empty": "", "q": "आ"}


def test_no_query_is_null_as_api_gateway_sends_it() -> None:
    made = event("/x")
    assert made["queryStringParameters"] is None
    assert made["multiValueQueryStringParameters"] is None


def test_repeated_headers_are_one_name_with_all_values() -> None:
    made = event(headers=[("If-Match", '"1"'), ("if-match", '"2"'), ("X-Forwarded-For", "10.0.0.1")])
    assert made["multiValueHeaders"]["If-Match"] == ['"1"', '"2"']
    assert made["headers"]["If-Match"] == '"2"'
    assert "if-match" not in made["headers"]
    assert made["headers"]["X-Forwarded-For"] == "10.0.0.1, 127.0.0.1"


@pytest.mark.parametrize("body", [b"{}", "né".encode()])
def test_a_utf_8_body_is_text(body: bytes) -> None:
    made = event(method="POST", body=body)
    assert (made["body"], made["isBase64Encoded"]) == (body.decode(), False)


def test_any_other_body_is_base64() -> None:
    made = event(method="POST", body=b"\xff\x00")
    assert made["isBase64Encoded"] is True
    assert base64.b64decode(made["body"]) == b"\xff\x00"


def test_no_body_is_null() -> None:
    assert event()["body"] is None


def test_an_answer_keeps_repeated_headers_and_counts_bytes() -> None:
    answer = answer_of(
        {
            "statusCode": 201,
            "headers": {"Content-Type": "application/json", "Content-Length": "999"},
            "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"], "content-type": ["text/plain"]},
            "body": "é",
        }
    )
    assert answer.status == "201 Created"
    assert answer.headers == [
        ("content-type", "text/plain"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Content-Length", "2"),
    ]
    assert answer.body == "é".encode()


def test_a_base64_answer_is_bytes_and_204_has_no_length() -> None:
    answer = answer_of({"statusCode": 200, "body": base64.b64encode(b"\x89PNG").decode(), "isBase64Encoded": True})
    assert answer.body == b"\x89PNG"
    assert answer_of({"statusCode": 204, "headers": {}, "body": ""}).headers == [("Content-Type", "application/json")]


def test_the_context_tells_the_time_left_and_a_new_id() -> None:
    one, other = Context("facet-local-http"), Context("facet-local-http")
    assert one.aws_request_id != other.aws_request_id
    assert 0 < one.get_remaining_time_in_millis() <= 29_000
