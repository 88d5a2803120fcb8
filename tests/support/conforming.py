"""Whether an answer is one that the document declares: status, kind, headers and shape."""

import json
from functools import cache
from typing import Any

import jsonschema_rs

from chalicelib.handlers.openapi import document
from tests.support.api import Reply
from tests.support.described import Schema, operation

ALWAYS = {
    "cache-control": None,
    "x-request-id": None,
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=31536000",
}
BY_STATUS = {201: "location", 401: "www-authenticate", 405: "allow", 503: "retry-after"}


def mismatches(route: str, reply: Reply) -> list[str]:
    """In what the answer differs from the document; empty when it is as declared."""
    declared = operation(route)["responses"].get(str(reply.status))
    if declared is None:
        return [f"{reply.status} is not a declared status: {reply.text[:300]}"]
    return [*_headers(reply), *_content(declared, reply), *_problem(reply)]


def _headers(reply: Reply) -> list[str]:
    sent = {name.lower(): value for name, value in reply.headers.items()}
    wrong = [f"header {name} is {sent.get(name)!r}" for name, value in ALWAYS.items() if not _is(sent.get(name), value)]
    needed = BY_STATUS.get(reply.status)
    return [*wrong, *([f"no header {needed}"] if needed and needed not in sent else [])]


def _is(sent: str | None, wanted: str | None) -> bool:
    return sent is not None and wanted in (None, sent)


def _content(declared: Schema, reply: Reply) -> list[str]:
    content = declared.get("content")
    if not content:
        return [f"a body where none is declared: {reply.text[:100]}"] if reply.text else []
    kind = next((value for name, value in reply.headers.items() if name.lower() == "content-type"), "")
    if kind not in content:
        return [f"the body is {kind!r}, not {', '.join(content)}"]
    schema = content[kind].get("schema")
    return _shape(schema, json.loads(reply.text)) if schema else []


def _shape(schema: Schema, value: Any) -> list[str]:
    errors = _validator(json.dumps(schema)).iter_errors(value)
    return [f"answer/{'/'.join(map(str, each.instance_path))}: {each.message[:200]}" for each in errors]


@cache
def _validator(schema: str) -> Any:
    whole = {**json.loads(schema), "components": document()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=False)


def _problem(reply: Reply) -> list[str]:
    """A refusal says its own status and has a code; one of a field names it."""
    if reply.status < 400 or not reply.text.startswith("{"):  # a page for people may say it in words
        return []
    said = reply.json
    wrong = [f"the problem says status {said['status']}"] if said["status"] != reply.status else []
    return [*wrong, *(f"an error without words at {e['pointer']}" for e in said.get("errors", []) if not e["detail"])]
