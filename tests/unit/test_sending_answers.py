"""What the answers of SES and SNS mean for a message, and that the library never asks twice."""

import threading
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore import exceptions
from botocore.exceptions import ClientError

from chalicelib.domain.messages.providing import NotAccepted, Refused, Unclear
from chalicelib.repos.email import Email
from chalicelib.repos.provider_errors import FOR_GOOD, PAUSED, TOO_FAST, meaning
from chalicelib.repos.sms import Sms
from tests.support.fakes import NOW
from tests.support.sending_desk import outgoing


def refusal(code: str, status: int = 400, text: str = "") -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": text}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "SendEmail")


@pytest.mark.parametrize("code", sorted(TOO_FAST))
def test_too_fast_means_later(code: str) -> None:
    found = meaning(refusal(code, 429))
    assert isinstance(found, NotAccepted)
    assert (found.reason, found.throttled, found.wait_seconds) == ("throttled", True, None)


def test_the_quota_of_the_day_means_in_an_hour() -> None:
    found = meaning(refusal("LimitExceededException", 400, "Daily message quota exceeded."))
    assert isinstance(found, NotAccepted)
    assert (found.reason, found.throttled, found.wait_seconds) == ("quota", False, 3600)


@pytest.mark.parametrize("code", sorted(PAUSED))
def test_what_an_administrator_must_mend_is_tried_again(code: str) -> None:
    found = meaning(refusal(code, 403))
    assert isinstance(found, NotAccepted)
    assert (found.reason, found.wait_seconds) == (PAUSED[code], 3600)


@pytest.mark.parametrize("code", sorted(FOR_GOOD))
def test_what_is_refused_for_good(code: str) -> None:
    found = meaning(refusal(code))
    assert isinstance(found, Refused)
    assert found.reason == FOR_GOOD[code]


def test_a_number_that_opted_out() -> None:
    found = meaning(refusal("InvalidParameter", 400, "Invalid parameter: phone number is opted out"))
    assert isinstance(found, Refused)
    assert found.reason == "opted_out"


def test_the_sandbox_says_what_it_lacks() -> None:
    found = meaning(refusal("MessageRejected", 400, "Email address is not verified. The following identities failed"))
    assert isinstance(found, Refused)
    assert found.reason == "not_verified"


def test_an_unknown_refusal_is_tried_again_and_a_failure_of_the_provider_is_not() -> None:
    assert isinstance(meaning(refusal("Novelty", 400)), NotAccepted)
    assert isinstance(meaning(refusal("InternalFailure", 500)), Unclear)
    assert isinstance(meaning(refusal("ServiceUnavailable", 503)), Unclear)


NEVER_LEFT = [
    exceptions.EndpointConnectionError(endpoint_url="https://ses.invalid"),
    exceptions.ConnectTimeoutError(endpoint_url="https://ses.invalid"),
    exceptions.NoCredentialsError(),
]
MAY_HAVE_LEFT = [
    exceptions.ReadTimeoutError(endpoint_url="https://ses.invalid"),
    exceptions.ConnectionClosedError(endpoint_url="https://ses.invalid"),
    exceptions.ConnectionError(error="?"),
    exceptions.HTTPClientError(error="?"),
    exceptions.SSLError(endpoint_url="https://ses.invalid", error="?"),
    exceptions.ResponseStreamingError(error="?"),
    KeyError("MessageId"),
    OSError(),
]


@pytest.mark.parametrize("failure", NEVER_LEFT, ids=lambda each: type(each).__name__)
def test_without_a_connection_nothing_left(failure: Exception) -> None:
    found = meaning(failure)
    assert isinstance(found, NotAccepted)
    assert found.reason == "not_connected"


@pytest.mark.parametrize("failure", MAY_HAVE_LEFT, ids=lambda each: type(each).__name__)
def test_after_a_connection_silence_says_nothing(failure: Exception) -> None:
    assert isinstance(meaning(failure), Unclear)


# --- the library's own retries ------------------------------------------------------------------------------------


class Silent(ThreadingHTTPServer):
    """Takes every request, and never answers or answers 500."""

    daemon_threads = True

    def __init__(self) -> None:
        self.requests = 0
        self.status: int | None = None
        self.over = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Silent

    def do_POST(self) -> None:
        self.server.requests += 1
        if self.server.status is None:
            self.server.over.wait(10)
            return
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing to say."""


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Silent]:
    from chalicelib.wiring import clients

    server = Silent()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    for name, value in {"URL": f"http://127.0.0.1:{server.server_port}"}.items():
        monkeypatch.setenv(f"AWS_ENDPOINT_{name}", value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(clients, "SENDING_READ_SECONDS", 1)
    # Clients of its own: those of other tests stay as they are, also in what was made with them.
    monkeypatch.setattr(clients, "_client", cache(clients._client.__wrapped__))
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("status", [None, 500, 503, 429])
def test_a_sending_call_is_never_repeated_by_the_library(silent: Silent, status: int | None) -> None:
    from chalicelib.wiring import clients

    silent.status = status
    with pytest.raises(NotAccepted if status == 429 else Unclear):
        Email(clients.mail(), "", lambda: NOW).send(outgoing())
    assert silent.requests == 1
    with pytest.raises(Unclear):  # SNS would say so in a body, without which nothing can be told
        Sms(clients.texts()).send(outgoing(address="+919876543210"))
    assert silent.requests == 2
