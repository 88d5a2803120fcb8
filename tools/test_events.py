"""Saves test events for the sweeps function, so that its page in the Lambda console offers them to everyone.

The console keeps shareable test events in a registry of EventBridge schemas: one schema for each function, named after
it, with the events among its examples (AWS Lambda developer guide, "Creating shareable test events").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

REGISTRY = "lambda-testevent-schemas"
_KIND = "OpenApi3"
_MOST_VERSIONS = 5  # that the console keeps of one schema
# What the console shows as the event's name, and the event. Nothing is sent by a dry run.
EVENTS: dict[str, dict[str, Any]] = {
    "birthdays-dry-run": {"sweep": "birthdays", "date": "2027-03-15", "dry_run": True},
    "follow-ups-dry-run": {"sweep": "follow-ups", "date": "2027-03-15", "dry_run": True},
    "seal-dry-run": {"sweep": "seal", "dry_run": True},
}


def save(client: Any, function: str) -> bool:
    """Adds the events to what is saved for a function; False when they are there already.

    Events that people saved stay, whatever their names. Raises ClientError or BotoCoreError.
    """
    _make_registry(client)
    schema = f"_{function}-schema"
    which = {"RegistryName": REGISTRY, "SchemaName": schema}
    before = _content(client, which)
    after = _with_events(before or _discovered(client))
    if before == after:
        return False
    text = json.dumps(after)
    if before is None:
        client.create_schema(**which, Type=_KIND, Content=text)
    else:
        _make_room(client, which)
        client.update_schema(**which, Type=_KIND, Content=text)
    return True


def _make_registry(client: Any) -> None:
    try:
        client.describe_registry(RegistryName=REGISTRY)
    except client.exceptions.NotFoundException:
        client.create_registry(RegistryName=REGISTRY)


def _content(client: Any, which: Mapping[str, str]) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(client.describe_schema(**which)["Content"])
    except client.exceptions.NotFoundException:
        return None
    return found


def _discovered(client: Any) -> dict[str, Any]:
    """The schema that the service finds for the events."""
    events = [json.dumps(event) for event in EVENTS.values()]
    found: dict[str, Any] = json.loads(client.get_discovered_schema(Events=events, Type=_KIND)["Content"])
    return found


def _with_events(schema: Mapping[str, Any]) -> dict[str, Any]:
    components = schema.get("components") or {}
    ours = {name: {"value": event} for name, event in EVENTS.items()}
    return {**schema, "components": {**components, "examples": {**(components.get("examples") or {}), **ours}}}


def _make_room(client: Any, which: Mapping[str, str]) -> None:
    versions = client.list_schema_versions(**which)["SchemaVersions"]
    if len(versions) >= _MOST_VERSIONS:
        oldest = min((version["SchemaVersion"] for version in versions), key=int)
        client.delete_schema_version(**which, SchemaVersion=oldest)
