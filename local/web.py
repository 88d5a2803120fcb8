"""The local web server: waitress in front of the packaged app, as API Gateway is in front of it on AWS.

It runs under `.facet/web`, which has what the Lambda runtime has and nothing else; the app and its packages come out
of the unpacked artefact, so a dependency missing there is missing here. Requests go to `app.app` in this process,
because a call through the emulated API Gateway takes 20 to 70 ms; the tests send the same requests both ways.
`python web.py ARTEFACT PORT` announces when it serves.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(
        Path(__file__).resolve().parent.parent
    )  # for the imports below only: not this folder, whose names hide the library's

import gc
import importlib
import json
import logging
import os
import signal
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer, create_server
from waitress.task import ErrorTask, WSGITask

from local.gateway import Answer, Context, Headers, Request, answer_of, event_of
from local.outbox import Application, with_outbox
from local.processes import announce, die_with_parent

_LONGEST_BODY = 10 << 20  # API Gateway's own limit; the app's is 1 MB and the app answers for it
_FIELDS = "facet.headers"
logger = logging.getLogger("facet.web")


def _problem(status: int, title: str, code: str) -> tuple[Headers, bytes]:
    body = {"type": "about:blank", "title": title, "status": status, "detail": f"{title}.", "code": code}
    return [("Content-Type", "application/problem+json")], json.dumps(body).encode()


class _Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Keeps each header line, where WSGI joins those of one name and loses how names were written."""

    def parse_header(self, header_plus: bytes) -> None:
        lines = header_plus.decode("latin-1").split("\r\n")[1:]
        fields = (line.partition(":") for line in lines if ":" in line and not line.startswith((" ", "\t")))
        self.fields = [(name, value.strip(" \t")) for name, _, value in fields]
        super().parse_header(header_plus)


class _Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[_FIELDS] = self.request.fields
        return environ


class _Refusal(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """What waitress refuses by itself, such as a body that is too long, in the shape of every other error."""

    def execute(self) -> None:
        error = self.request.error
        code = {413: "too_large", 431: "too_large", 500: "internal"}.get(error.code, "malformed")
        headers, body = _problem(error.code, error.reason, code)
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend(headers)
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    parser_class = _Parser
    task_class = _Task
    error_task_class = _Refusal


def _handled(handler: Callable[[Any, Any], Any], function_name: str, request: Request) -> Answer:
    try:
        event = event_of(request)
    except ValueError:
        headers, body = _problem(400, "Bad Request", "malformed")
        return Answer("400 Bad Request", headers, body)
    try:
        return answer_of(handler(event, Context(function_name)))
    except Exception:
        logger.exception("the function failed")
        headers, body = _problem(502, "Bad Gateway", "internal")
        return Answer("502 Bad Gateway", headers, body)


def application(handler: Callable[[Any, Any], Any], function_name: str) -> Application:
    """The WSGI application that stands for API Gateway before a Lambda handler."""

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(
            environ["REQUEST_METHOD"],
            environ["REQUEST_URI"],
            environ[_FIELDS],
            environ["wsgi.input"].read(),
            environ["REMOTE_ADDR"],
        )
        answer = _handled(handler, function_name, request)
        start_response(answer.status, answer.headers)
        return [] if request.method == "HEAD" else [answer.body]

    return serve


def server(app: Application, port: int) -> TcpWSGIServer:
    """The listening server. Raises OSError when the port is taken."""
    TcpWSGIServer.channel_class = _Channel
    return create_server(
        app,
        host="127.0.0.1",
        port=port,
        threads=8,
        ident=None,
        connection_limit=1000,
        channel_timeout=120,
        asyncore_use_poll=True,
        max_request_body_size=_LONGEST_BODY,
        clear_untrusted_proxy_headers=True,
    )


def _stop(*_: object) -> NoReturn:
    raise SystemExit(0)


def main(artefact: str, port: int) -> int:
    """Serves until SIGTERM; returns the exit code."""
    die_with_parent()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the launcher, which stops this process
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    sys.path[0] = artefact
    handler = importlib.import_module("app").app
    gc.freeze()  # what the imports made stays for ever and need not be visited by each full collection
    api = application(handler, os.environ.get("FACET_API_HANDLER", "APIHandler"))
    try:
        listening = server(with_outbox(api, os.environ.get("AWS_ENDPOINT_URL", "")), port)
    except OSError as error:
        print(f"Port {port} cannot be used: {error.strerror}.", file=sys.stderr)
        return 1
    announce()
    listening.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
