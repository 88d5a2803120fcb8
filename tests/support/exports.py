"""Exports as the queue brings them about, without waiting for it, and their files."""

import csv
import io
import json
from typing import Any

from tests.support import imports


def begin(caller: Any, **asked: Any) -> str:
    """A new export's id."""
    begun = caller.post("/v1/exports", asked)
    assert begun.status == 202, begun.text
    assert begun.headers["Location"] == f"/v1/exports/{begun.json['id']}"
    return str(begun.json["id"])


def deliver(export_id: str, **how: Any) -> list[str]:
    """Hand the job's message to its function."""
    return imports.deliver(json.dumps({"job_id": export_id}), **how)


def state(caller: Any, export_id: str) -> Any:
    """The export as the API shows it."""
    read = caller.get(f"/v1/exports/{export_id}")
    assert read.status == 200, read.text
    return read.json


def run(caller: Any, **asked: Any) -> Any:
    """A whole export; its last state."""
    export_id = begin(caller, **asked)
    assert deliver(export_id) == []
    return state(caller, export_id)


def content(done: Any) -> bytes:
    """The bytes of the file."""
    assert done["status"] == "done", done
    status, content, _ = imports.fetch(done["download_url"])
    assert status == 200
    assert len(content) == done["size"]
    return content


def table(done: Any) -> list[list[str]]:
    """Header and rows of a csv."""
    text = content(done).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def rows(done: Any) -> list[dict[str, str]]:
    """The rows of a csv by column, empty cells left out."""
    header, *found = table(done)
    return [{name: cell for name, cell in zip(header, cells, strict=True) if cell} for cells in found]


def lines(done: Any) -> list[Any]:
    """The lines of a jsonl."""
    return [json.loads(line) for line in content(done).splitlines()]
