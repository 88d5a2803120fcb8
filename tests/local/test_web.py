"""The local web server as a process, in front of a small app of its own."""

import http.client
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.local.emulated import FUNCTIONS, ROOT, free_port

ECHO = """
import json, sys
def app(event, context):
    if event["path"] == "/fails":
        raise ValueError("as a broken function does")
    kept = {name: event[name] for name in ("path", "httpMethod", "multiValueHeaders", "isBase64Encoded")}
    kept["length"], kept["path_of_imports"] = len(event["body"] or ""), sys.path[0]
    return {"statusCode": 200, "multiValueHeaders": {"X-Twice": ["1", "2"]}, "body": json.dumps(kept)}
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    artefact, chosen = tmp_path_factory.mktemp("artefact"), free_port()
    (artefact / "app.py").write_text(ECHO)
    command = [str(FUNCTIONS), str(ROOT / "local" / "web.py"), str(artefact), str(chosen)]
    process = subprocess.Popen(
        command, env={"PATH": os.environ["PATH"]}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "listening\n"
    yield chosen
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "as a broken function does" in said


def ask(port: int, method: str, target: str, body: bytes = b"", headers: Any = ()) -> tuple[Any, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest(method, target)
    for name, value in [*headers, ("Content-Length", str(len(body)))]:
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    read = answer.read()
    connection.close()
    return answer, read


def test_the_app_gets_the_request_as_it_was_sent(port: int) -> None:
    headers = [("X-Request-Id", "one"), ("x-request-id", "two")]
    answer, body = ask(port, "POST", "/v1//a%2Fb?x=1", b"{}", headers)
    event = json.loads(body)
    assert event["path"] == "/v1//a%2Fb"
    assert event["httpMethod"] == "POST"
    assert event["multiValueHeaders"]["X-Request-Id"] == ["one", "two"]
    assert answer.headers.get_all("X-Twice") == ["1", "2"]


def test_imports_come_from_the_artefact_first(port: int) -> None:
    _, body = ask(port, "GET", "/")
    assert Path(json.loads(body)["path_of_imports"], "app.py").read_text() == ECHO


def test_head_has_the_headers_and_no_body(port: int) -> None:
    answer, body = ask(port, "HEAD", "/v1/health")
    assert (answer.status, body) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0


def test_the_app_answers_for_bodies_up_to_ten_megabytes(port: int) -> None:
    _, body = ask(port, "POST", "/", b"x" * 5_000_000)
    assert json.loads(body)["length"] == 5_000_000


def test_a_longer_body_is_refused_as_a_problem(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n")
        head, _, body = _everything(client).partition(b"\r\n\r\n")
    assert b" 413 " in head.splitlines()[0]
    assert b"application/problem+json" in head
    assert json.loads(body)["code"] == "too_large"


@pytest.mark.parametrize(
    "sent", [b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"\x16\x03\x01\x00\xff\r\n\r\n"]
)
def test_what_is_no_http_is_refused_and_the_server_goes_on(port: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(sent)
        assert b" 400 " in _everything(client).splitlines()[0]
    assert ask(port, "GET", "/")[0].status == 200


def _everything(client: socket.socket) -> bytes:
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_a_function_that_fails_is_a_502_problem(port: int) -> None:
    answer, body = ask(port, "GET", "/fails")
    assert (answer.status, json.loads(body)["status"]) == (502, 502)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_connection_serves_many_requests(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for _ in range(3):
        connection.request("GET", "/")
        assert connection.getresponse().read()
    assert connection.sock is not None
    connection.close()


def test_it_listens_on_loopback_only(port: int) -> None:
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = [fields[1] for fields in listening if fields[3] == "0A" and fields[1].endswith(f":{port:04X}")]
    assert addresses == [f"0100007F:{port:04X}"]
