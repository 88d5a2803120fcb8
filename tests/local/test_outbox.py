"""The outbox of a machine: who may see it, what it lists, and that its page shows mail without running it."""

import http.client
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from html import escape
from typing import Any

import pytest

from local.outbox import with_outbox
from local.outbox_page import page
from tests.local.emulated import FUNCTIONS, ROOT, Emulated, free_port
from tests.local.sending import send

pytestmark = pytest.mark.emulator
APP = 'app = lambda event, context: {"statusCode": 200, "multiValueHeaders": {}, "body": "the app"}\n'
HOSTILE = "</pre><script>alert(1)</script>\"'&"


@pytest.fixture(scope="module")
def web(shared: Emulated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The local web server beside a local AWS from which three messages left."""
    send(shared, "zoe@example.com", ConfigurationSetName="")
    send(shared, "asha@example.com", ConfigurationSetName="")
    shared.client("sns").publish(PhoneNumber="+919819940507", Message="a text")
    artefact, port = tmp_path_factory.mktemp("artefact"), free_port()
    (artefact / "app.py").write_text(APP)
    command = [str(FUNCTIONS), str(ROOT / "local" / "web.py"), str(artefact), str(port)]
    environment = {"PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": f"http://127.0.0.1:{shared.port}"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "listening\n"
    yield port
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)


def _ask(port: int, target: str, method: str = "GET", **headers: str) -> tuple[Any, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, target, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def _listed(port: int, query: str = "") -> list[dict[str, Any]]:
    answer, body = _ask(port, f"/v1/outbox{query}")
    assert answer.status == 200
    found = json.loads(body)
    assert found["next_cursor"] is None
    items: list[dict[str, Any]] = found["items"]
    return items


def test_it_lists_what_left_newest_first(web: int) -> None:
    items = _listed(web)
    assert [item["to"] for item in items] == ["+919819940507", "asha@example.com", "zoe@example.com"]
    fields = {"id", "message_id", "channel", "from", "to", "subject", "headers", "text", "html", "at"}
    assert {frozenset(item) for item in items} == {frozenset(fields)}
    assert items[1]["headers"]["X-Facet-Message"] == items[1]["message_id"] == "msg_1"


@pytest.mark.parametrize(
    ("query", "count"), [("?limit=2", 2), ("?to=ZOE@example.com", 1), ("?to=nobody@example.com", 0), ("?limit=1000", 3)]
)
def test_it_can_be_narrowed(web: int, query: str, count: int) -> None:
    assert len(_listed(web, query)) == count


@pytest.mark.parametrize("query", ["?limit=0", "?limit=1001", "?limit=two", "?limit=%C2%B2", "?cursor=x"])
def test_what_it_does_not_understand_it_says(web: int, query: str) -> None:
    answer, body = _ask(web, f"/v1/outbox{query}")
    assert answer.status == 422
    assert json.loads(body)["code"] == "invalid"


@pytest.mark.parametrize("path", ["/v1/outbox", "/outbox"])
def test_it_is_for_this_machine_only(web: int, path: str) -> None:
    assert _ask(web, path, Host=f"localhost:{web}")[0].status == 200
    for host in ("evil.example", f"evil.example:{web}", "127.0.0.1.evil.example"):
        answer, body = _ask(web, path, Host=host)
        assert answer.status == 403
        assert b"zoe@example.com" not in body
    answer, _ = _ask(web, path, Origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_it_can_only_be_read(web: int) -> None:
    assert _ask(web, "/v1/outbox", "DELETE")[0].status == 405
    assert len(_listed(web)) == 3


def test_everything_else_is_the_apps(web: int) -> None:
    assert _ask(web, "/v1/outbox/x")[1] == _ask(web, "/")[1] == b"the app"


def test_the_page_shows_it_and_lets_nothing_run(web: int) -> None:
    answer, body = _ask(web, "/outbox")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert b"zoe@example.com" in body
    assert b"List-Unsubscribe" in body
    assert escape("<p>Grüße</p>").encode() in body


def test_nothing_of_a_message_leaves_its_place_on_the_page() -> None:
    fields = ("message_id", "from", "to", "subject", "text", "html", "at")
    item = {**dict.fromkeys(fields, HOSTILE), "channel": "email", "headers": {HOSTILE: HOSTILE}}
    shown = page([item])
    assert "<script" not in shown
    assert HOSTILE not in shown
    assert f'<iframe sandbox="" title="HTML part" srcdoc="{escape(HOSTILE)}"></iframe>' in shown


def test_an_emulator_that_is_away_is_said() -> None:
    said = dict[str, str]()
    app = with_outbox(lambda *_: [b""], f"http://127.0.0.1:{free_port()}")
    environ = {"REQUEST_URI": "/v1/outbox", "HTTP_HOST": "127.0.0.1:8000", "REQUEST_METHOD": "GET"}
    (body,) = app(environ, lambda status, _: said.update(status=status))
    assert said["status"].startswith("503")
    assert json.loads(body)["code"] == "unavailable"
