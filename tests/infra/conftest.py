"""The template as it is made from what Chalice generates for the functions of app.py."""

from __future__ import annotations

from typing import Any

import pytest

from infra.functions import FUNCTIONS
from infra.stages import stage
from infra.template import Template, final


def generated_function(handler: str) -> dict[str, Any]:
    """A function as Chalice 1.34 writes it."""
    properties = {
        "Runtime": "python3.11",
        "Handler": handler,
        "CodeUri": "./deployment.zip",
        "Tags": {"aws-chalice": "version=1.34.0:stage=dev:app=facet"},
        "Tracing": "Active",
        "Timeout": 60,
        "MemorySize": 1024,
        "Architectures": ["x86_64"],
        "Role": "arn:aws:iam::000000000000:role/replaced",
    }
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


def generated(**handlers: str) -> Template:
    """Chalice's template for functions with these handlers."""
    functions = {name: generated_function(handler) for name, handler in handlers.items()}
    api = {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "api"}}
    return {"Transform": "AWS::Serverless-2016-10-31", "Resources": {**functions, "RestAPI": api}}


def whole(**changed: str) -> Template:
    """Chalice's template for all functions, with other handlers where `changed` says so."""
    handlers = {name: f"app.{name.lower()}" for name in FUNCTIONS}
    return generated(**{**handlers, "APIHandler": "app.app", **changed})


@pytest.fixture(scope="session")
def template() -> Template:
    return final(whole(), stage("dev"))


@pytest.fixture(scope="session")
def resources(template: Template) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = template["Resources"]
    return found
