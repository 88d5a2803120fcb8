"""The OpenAPI document is valid, complete, and made from the routes."""

from openapi_spec_validator import validate

from app import app
from chalicelib.handlers.endpoint import ENDPOINTS
from chalicelib.handlers.openapi import document


def test_the_document_is_valid_openapi_3_1() -> None:
    validate(document())  # raises when it is not
    assert document()["openapi"].startswith("3.1")


def test_every_route_of_the_app_is_declared_and_described() -> None:
    routed = {f"{method} {path}" for path, methods in app.routes.items() for method in methods}
    described = {f"{method.upper()} {path}" for path, methods in document()["paths"].items() for method in methods}
    assert routed == set(ENDPOINTS) == described


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for methods in document()["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))
