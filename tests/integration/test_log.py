"""What the log says of a request, and what it must not say."""

import io
import json
from typing import Any

import pytest

from chalicelib.handlers.log import logger
from chalicelib.wiring import customers

pytestmark = pytest.mark.emulator
PERSON = "Ashalata Krishnamurthy"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Where the log's lines go for this test; the handler has the stream of the run's beginning."""
    lines = io.StringIO()
    for handler in logger().handlers:
        monkeypatch.setattr(handler, "stream", lines)
    return lines


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_request_leaves_one_line_with_its_id_and_no_person(sales: Any, written: io.StringIO) -> None:
    body = {"given_name": "Ashalata", "phones": [{"number": "+91 98111 22333"}]}
    sales.post("/v1/customers", body, X_Request_Id="till-42")
    sales.get("/v1/customers?q=Ashalata")
    first, second = lines(written)
    assert (first["event"], first["route"], first["status"]) == ("request", "POST /v1/customers", 201)
    assert first["request_id"] == "till-42"
    assert second["status"] == 200
    assert not [said for said in ("Ashalata", "98111", "Bearer") if said in json.dumps([first, second])]


def test_a_refused_token_is_countable(people: dict[str, Any], written: io.StringIO) -> None:
    people["anonymous"].get("/v1/customers")
    assert "unauthorized" in [line["event"] for line in lines(written)]


def test_a_defect_is_logged_without_what_it_quotes(
    sales: Any, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        raise RuntimeError(PERSON)

    monkeypatch.setattr(customers, "reader", broken)
    reply = sales.get("/v1/customers/cus_00000000000000000000000000", X_Request_Id="till-43")
    assert (reply.status, reply.code) == (500, "internal")
    failed = next(line for line in lines(written) if line["message"] == "failed")
    assert (failed["defect"], failed["request_id"]) == ("RuntimeError", "till-43")
    assert "broken" in failed["stack"]
    assert PERSON not in json.dumps(failed) + reply.text
