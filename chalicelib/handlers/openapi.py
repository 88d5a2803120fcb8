"""The OpenAPI 3.1 document, made from the routes as they are declared."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chalicelib.domain.fields import Model
from chalicelib.domain.permissions import PERMISSIONS
from chalicelib.handlers.endpoint import ENDPOINTS, Endpoint
from chalicelib.handlers.forms import MULTIPART, URL_ENCODED

VERSION = "0.1.0"
REFERENCE = "#/components/schemas/{model}"
PROBLEMS = {
    "400": "Malformed: not JSON, duplicate keys, NaN, wrong charset, nested too deep",
    "401": "No valid access token",
    "403": "The caller's role does not allow this",
    "404": "No such record",
    "409": "The state of a record forbids it",
    "412": "If-Match names an old version",
    "413": "Body over 1 MB",
    "415": "Body is not JSON",
    "422": "Well-formed, but a field or parameter is not acceptable",
    "503": "A service did not answer; send the same request again",
}
WITH_BODY = ("400", "413", "415")


class FieldProblem(Model):
    """One wrong field."""

    pointer: str
    detail: str


class ConflictingRecord(Model):
    """The record in the way."""

    id: str


class Problem(Model):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: tuple[FieldProblem, ...] = ()
    conflict: ConflictingRecord | None = None


@cache
def document() -> dict[str, Any]:
    """The whole document; the same for everybody."""
    endpoints = [ENDPOINTS[route] for route in sorted(ENDPOINTS)]
    schemas = _schemas(endpoints)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Facet",
            "version": VERSION,
            "summary": "The CRM for jewellers",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in sorted({endpoint.tag for endpoint in endpoints})],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "Access token"}
            },
        },
    }


def _schemas(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    models: dict[str, type[BaseModel]] = {"Problem": Problem}
    for endpoint in endpoints:
        for model in (endpoint.body, endpoint.returns, endpoint.preview):
            if model is not None:
                models[model.__name__] = model
    _, made = models_json_schema([(m, "validation") for m in models.values()], ref_template=REFERENCE)
    definitions: dict[str, Any] = made["$defs"]
    for endpoint in endpoints:
        if endpoint.patch and endpoint.body is not None:
            definitions[f"{endpoint.body.__name__}Merge"] = _merge(definitions[endpoint.body.__name__])
    return definitions


def _merge(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A merge patch: nothing is required, and every member may be null."""
    members = {name: {"anyOf": [member, {"type": "null"}]} for name, member in schema["properties"].items()}
    return {"type": "object", "additionalProperties": False, "properties": members}


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(endpoint),
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
        "description": _description(endpoint),
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint), *_headers(endpoint)],
        "responses": _responses(endpoint),
    }
    if endpoint.permission is None:
        operation["security"] = []
    if endpoint.body is not None:
        operation["requestBody"] = _request_body(endpoint, endpoint.body)
    return operation


def _operation_id(endpoint: Endpoint) -> str:
    return f"{endpoint.view.__module__.rsplit('.', 1)[1]}_{endpoint.view.__name__}"


def _description(endpoint: Endpoint) -> str:
    who = (
        "Open to all." if endpoint.permission is None else f"For {', '.join(sorted(PERMISSIONS[endpoint.permission]))}."
    )
    return f"{endpoint.description}\n\n{who}".strip()


def _path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    names = re.findall(r"{(\w+)}", endpoint.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    schema = endpoint.query.model_json_schema(ref_template=REFERENCE)
    properties = dict(schema.get("properties", {}))
    if endpoint.dry_run:
        properties["dry_run"] = {"type": "boolean", "default": False, "description": "The answer, without the effect"}
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _without_null(member)}
        for name, member in properties.items()
    ]


def _without_null(member: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter is there or not; it is never null."""
    kinds = [kind for kind in member.get("anyOf", ()) if kind != {"type": "null"}]
    kept = {name: value for name, value in member.items() if name not in ("anyOf", "default") or value is not None}
    if len(kinds) == 1:
        kept.pop("anyOf")
        return {**kinds[0], **kept}
    return kept


def _headers(endpoint: Endpoint) -> list[dict[str, Any]]:
    headers = []
    if endpoint.method == "POST" and endpoint.permission:
        headers.append(_header("Idempotency-Key", "At most 255 characters, kept 7 days: the same answer again", 255))
    if endpoint.of_a_version:
        headers.append(_header("If-Match", "The ETag that the change is meant for", 100))
    return headers


def _header(name: str, description: str, longest: int) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": longest}
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


def _request_body(endpoint: Endpoint, body: type[BaseModel]) -> dict[str, Any]:
    name = body.__name__
    media = {"schema": {"$ref": REFERENCE.format(model=f"{name}Merge" if endpoint.patch else name)}}
    if (shown := vars(body).get("example")) is not None:
        media["example"] = shown
    if endpoint.raw:
        return {"required": True, "content": {URL_ENCODED: media, MULTIPART: media}}
    content = {"application/merge-patch+json": media} if endpoint.patch else {}
    return {"required": not endpoint.body_optional, "content": {"application/json": media, **content}}


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    responses: dict[str, Any] = {str(endpoint.status): _success(endpoint, endpoint.summary)}
    for status, meaning in endpoint.also.items():
        # A raw route speaks with people, who get a page even where there is nothing.
        page = status < 300 or (endpoint.raw and status == 404)
        responses[str(status)] = _success(_dry(endpoint, status), meaning) if page else _problem(meaning)
    for problem, meaning in PROBLEMS.items():
        if _applies(endpoint, problem):
            responses.setdefault(problem, _problem(meaning))
    return responses


def _dry(endpoint: Endpoint, status: int) -> Endpoint:
    """The route as a dry run of it answers, if that is what the status says."""
    return replace(endpoint, returns=endpoint.preview) if endpoint.preview and status == 200 else endpoint


def _applies(endpoint: Endpoint, status: str) -> bool:
    if status in WITH_BODY:
        return endpoint.body is not None
    if status == "404":
        return "{" in endpoint.path
    if status in ("409", "412"):
        return endpoint.writes if status == "409" else endpoint.of_a_version
    return endpoint.permission is not None or status == "422"


def _success(endpoint: Endpoint, meaning: str) -> dict[str, Any]:
    if endpoint.returns is None:
        if endpoint.status == 204:
            return {"description": meaning}
        return {"description": meaning, "content": {endpoint.media: {}}}
    schema = {"$ref": REFERENCE.format(model=endpoint.returns.__name__)}
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def _problem(meaning: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(model="Problem")}
    return {"description": meaning, "content": {"application/problem+json": {"schema": schema}}}
