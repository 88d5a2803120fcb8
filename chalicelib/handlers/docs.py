"""The API described: the OpenAPI document, and the same as a page to read."""

from collections.abc import Iterator
from html import escape
from typing import Any

from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.openapi import document

endpoint = Routes(__name__, "service")
HTML = "text/html; charset=utf-8"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem;color:#1f2937;background:#fffdf8}
h1,h2{font-weight:600}h2{border-bottom:2px solid #b8860b;margin-top:2.5rem;text-transform:capitalize}
details{border:1px solid #e5e0d5;border-radius:.4rem;margin:.5rem 0;padding:.4rem .8rem;background:#fff}
summary{cursor:pointer}code{font:14px ui-monospace,monospace}b.m{display:inline-block;min-width:4.5rem;color:#7c5c00}
table{border-collapse:collapse;width:100%;margin:.5rem 0}td,th{border-bottom:1px solid #eee7d8;padding:.25rem .5rem;
text-align:left;vertical-align:top}nav a{margin-right:1rem}
"""


@endpoint("GET", "/v1/openapi.json", None, "OpenAPI document")
def openapi(_: Request) -> Answer:
    """OpenAPI 3.1, made from the routes themselves."""
    return ok(document())


@endpoint("GET", "/v1/docs", None, "This page", media=HTML)
def page(_: Request) -> Answer:
    """The API to read; it needs no script and nothing from elsewhere."""
    return Answer(200, "".join(_page(document())), {"Content-Type": HTML, "Content-Security-Policy": POLICY})


def _page(api: dict[str, Any]) -> Iterator[str]:
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Facet API</title><style>{STYLE}</style>'
    yield '<meta name="viewport" content="width=device-width"><h1>Facet API</h1>'
    yield "<p>JSON over HTTPS. Sign in at the user pool and send <code>Authorization: Bearer …</code>. "
    yield 'The same as <a href="openapi.json">OpenAPI 3.1</a>.</p><nav>'
    tags = [tag["name"] for tag in api["tags"]]
    yield from (f'<a href="#{escape(tag)}">{escape(tag)}</a>' for tag in tags)
    yield "</nav>"
    for tag in tags:
        yield f'<h2 id="{escape(tag)}">{escape(tag)}</h2>'
        for path, methods in api["paths"].items():
            for method, operation in methods.items():
                if operation["tags"] == [tag]:
                    yield from _operation(api, method, path, operation)


def _operation(api: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f'<details><summary><b class="m">{method.upper()}</b> <code>{escape(path)}</code> — '
    yield f"{escape(operation['summary'])}</summary><p>{escape(operation['description'])}</p>"
    if operation["parameters"]:
        yield "<table><tr><th>Parameter<th>In<th>Type<th>"
        for parameter in operation["parameters"]:
            about = parameter.get("description") or parameter["schema"].get("description", "")
            yield f"<tr><td><code>{escape(parameter['name'])}</code><td>{parameter['in']}"
            yield f"<td>{escape(_type(parameter['schema']))}<td>{escape(about)}"
        yield "</table>"
    body = operation.get("requestBody")
    if body:
        yield from _fields(api, "Body", next(iter(body["content"].values()))["schema"])
    for status, response in operation["responses"].items():
        yield f"<p><b>{escape(status)}</b> {escape(response['description'])}</p>"
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        if schema:
            yield from _fields(api, "Answer", schema)
    yield "</details>"


def _fields(api: dict[str, Any], title: str, schema: dict[str, Any]) -> Iterator[str]:
    shape = api["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    required = shape.get("required", ())
    yield f"<table><tr><th>{title}<th>Type<th>"
    for name, member in shape.get("properties", {}).items():
        needed = " (required)" if name in required and title == "Body" else ""
        yield f"<tr><td><code>{escape(name)}</code>{needed}<td>{escape(_type(member))}"
        yield f"<td>{escape(member.get('description', ''))}"
    yield "</table>"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    if "enum" in schema or "const" in schema:
        return " | ".join(str(value) for value in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return " | ".join(_type(kind) for kind in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "any"))
