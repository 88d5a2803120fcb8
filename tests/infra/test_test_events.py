"""The test events of the sweeps function in the Lambda console."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tools import deploy, test_events

WHICH = {"RegistryName": test_events.REGISTRY, "SchemaName": "_facet-dev-sweeps-schema"}
OURS = {name: {"value": event} for name, event in test_events.EVENTS.items()}
SCHEMA = {"openapi": "3.0.0", "components": {"schemas": {"Event": {"type": "object"}}}}
FUNCTION = "facet-dev-sweeps"


@pytest.fixture
def client() -> Any:
    return boto3.client("schemas", "eu-central-1", aws_access_key_id="a", aws_secret_access_key="s")


@pytest.fixture
def stub(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def _content(examples: dict[str, Any]) -> dict[str, Any]:
    return {**SCHEMA, "components": {**SCHEMA["components"], "examples": examples}}  # type: ignore[dict-item]  # it is one


def test_a_first_deployment_makes_registry_and_schema(client: Any, stub: Stubber) -> None:
    registry = {"RegistryName": test_events.REGISTRY}
    stub.add_client_error("describe_registry", "NotFoundException", expected_params=registry)
    stub.add_response("create_registry", {}, registry)
    stub.add_client_error("describe_schema", "NotFoundException", expected_params=WHICH)
    events = [json.dumps(event) for event in test_events.EVENTS.values()]
    found = {"Content": json.dumps(SCHEMA)}
    stub.add_response("get_discovered_schema", found, {"Events": events, "Type": "OpenApi3"})
    made = {**WHICH, "Type": "OpenApi3", "Content": json.dumps(_content(OURS))}
    stub.add_response("create_schema", {}, made)
    assert test_events.save(client, FUNCTION)


def test_events_that_people_saved_stay_and_the_oldest_version_makes_room(client: Any, stub: Stubber) -> None:
    theirs = {"mine": {"value": {"sweep": "pending"}}}
    stub.add_response("describe_registry", {})
    stub.add_response("describe_schema", {"Content": json.dumps(_content(theirs))}, WHICH)
    versions = [{"SchemaVersion": number} for number in ("10", "9", "8", "7", "11")]
    stub.add_response("list_schema_versions", {"SchemaVersions": versions}, WHICH)
    stub.add_response("delete_schema_version", {}, {**WHICH, "SchemaVersion": "7"})
    changed = {**WHICH, "Type": "OpenApi3", "Content": json.dumps(_content({**theirs, **OURS}))}
    stub.add_response("update_schema", {}, changed)
    assert test_events.save(client, FUNCTION)


def test_nothing_is_written_when_they_are_there(client: Any, stub: Stubber) -> None:
    stub.add_response("describe_registry", {})
    stub.add_response("describe_schema", {"Content": json.dumps(_content(OURS))}, WHICH)
    assert not test_events.save(client, FUNCTION)


def test_a_refusal_is_one_sentence_and_no_failure(
    client: Any, stub: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    stub.add_client_error("describe_registry", "ForbiddenException", "not yours")
    deploy.save_test_events(client, FUNCTION)
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1
    assert "not yours" in said
    assert FUNCTION in said


def test_they_are_what_the_sweeps_function_takes_and_change_nothing() -> None:
    from chalicelib.handlers.sweeps_schedule import Asked

    for event in test_events.EVENTS.values():
        assert Asked.model_validate_json(json.dumps(event)).dry_run
