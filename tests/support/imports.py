"""Imports as the bucket, the queue and Lambda bring them about, without waiting for either."""

import http.client
import itertools
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from chalicelib.handlers import jobs_worker

_PLENTY_MS = 900_000
_numbers = itertools.count(1)


@dataclass
class Turn:
    """A Lambda context: how much time is left, and how much less at every question."""

    left_ms: int = _PLENTY_MS
    step_ms: int = 0

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds."""
        self.left_ms -= self.step_ms
        return self.left_ms


def fresh_phone() -> str:
    """A possible Indian number that no other test uses."""
    return f"+9170{next(_numbers):08d}"


def begin(caller: Any, asked: Any = None, *, dry_run: bool = False, **options: Any) -> str:
    """A new import's id; `asked` is more of the body."""
    body = {"kind": "customers", "options": options, **(asked or {})}
    begun = caller.post(f"/v1/imports{'?dry_run=true' if dry_run else ''}", body)
    assert begun.status == 201, begun.text
    return str(begun.json["id"])


def put(deployment: dict[str, str], import_id: str, content: bytes) -> None:
    """The file in its place, without a message."""
    import boto3

    boto3.client("s3").put_object(
        Bucket=deployment["FACET_FILES_BUCKET"], Key=f"imports/{import_id}/upload.csv", Body=content
    )


def arrival(import_id: str) -> str:
    """What the bucket tells the queue when a file has arrived."""
    key = f"imports/{import_id}/upload.csv"
    return json.dumps({"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": key}}}]})


def deliver(*bodies: str, turn: Turn | None = None, clock: Any = None) -> list[str]:
    """Hand messages to the function; the ids of those it failed on."""
    event = {"Records": [{"messageId": f"message-{n}", "body": body} for n, body in enumerate(bodies)]}
    clocked: dict[str, Any] = {"clock": clock} if clock else {}
    answer = jobs_worker.handle(event, turn or Turn(), **clocked)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def run(
    deployment: dict[str, str], caller: Any, content: bytes, asked: Any = None, *, dry_run: bool = False, **options: Any
) -> Any:
    """An import as far as it goes by itself; its last state as the API shows it."""
    import_id = begin(caller, asked, dry_run=dry_run, **options)
    put(deployment, import_id, content)
    assert deliver(arrival(import_id)) == []
    return state(caller, import_id)


def go_on(caller: Any, import_id: str, turn: Turn | None = None) -> Any:
    """What the queue says after a person has said something; the import's state then."""
    assert deliver(json.dumps({"job_id": import_id}), turn=turn) == []
    return state(caller, import_id)


def csv_of(header: str, *lines: str) -> bytes:
    """A file of these lines."""
    return "\n".join((header, *lines, "")).encode()


def state(caller: Any, import_id: str) -> Any:
    """The import as the API shows it."""
    read = caller.get(f"/v1/imports/{import_id}")
    assert read.status == 200, read.text
    return read.json


def rows(caller: Any, import_id: str, result: str | None = None) -> list[Any]:
    """All row results, read page by page."""
    found: list[Any] = []
    cursor = ""
    narrowed = f"&result={result}" if result else ""
    while True:
        page = caller.get(f"/v1/imports/{import_id}/rows?limit=20{narrowed}{cursor}")
        assert page.status == 200, page.text
        found += page.json["items"]
        if page.json["next_cursor"] is None:
            return found
        cursor = f"&cursor={page.json['next_cursor']}"


def fetch(url: str) -> tuple[int, bytes, dict[str, str]]:
    """What a link gives to somebody without an account."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def post_form(url: str, fields: dict[str, str], content: bytes) -> int:
    """Send a file with a presigned form, as a browser does; the status."""
    boundary = "----facet-test"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n'
    parts += [head.encode(), b"Content-Type: text/csv\r\n\r\n", content, f"\r\n--{boundary}--\r\n".encode()]
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.netloc, timeout=10)
    try:
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        connection.request("POST", place.path or "/", b"".join(parts), headers)
        return connection.getresponse().status
    finally:
        connection.close()


def later(moment: datetime) -> Any:
    """A clock that stands at this moment."""
    return lambda: moment
