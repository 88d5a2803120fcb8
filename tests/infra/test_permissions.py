"""The roles allow the calls that the code makes, and no others."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import botocore.session
from botocore import xform_name

REPOS = Path(__file__).resolve().parents[2] / "chalicelib" / "repos"
SERVICES = ("cognito-idp", "dynamodb", "s3", "sqs", "ssm")
# Operations that need another permission than their own name, and the parts of a transaction.
NEEDS = {
    "head_object": "s3:GetObject",
    "transact_get_items": "dynamodb:GetItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
# Made by Lambda itself with the function's role, or needed for the answer and not for a call.
NOT_IN_CODE = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "s3:ListBucket",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}


def operations() -> dict[str, str]:
    """The permission for each of boto3's method names."""
    session = botocore.session.get_session()
    found = {}
    for service in SERVICES:
        for operation in session.get_service_model(service).operation_names:
            found[xform_name(operation)] = f"{service}:{operation}"
    # Allowed through its parts.
    del found["transact_write_items"]
    return {**found, **NEEDS}


def named(code: str) -> set[str]:
    """Every attribute and text in the code."""
    nodes = list(ast.walk(ast.parse(code)))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_what_the_code_calls_is_allowed_and_nothing_else(resources: dict[str, dict[str, Any]]) -> None:
    roles = [item["Properties"] for item in resources.values() if item["Type"] == "AWS::IAM::Role"]
    statements = [item for role in roles for item in role["Policies"][0]["PolicyDocument"]["Statement"]]
    allowed = {action for statement in statements for action in statement["Action"]}
    known = operations()
    words = set().union(*(named(file.read_text()) for file in REPOS.rglob("*.py")))
    called = {known[word] for word in words & known.keys()}
    assert called == allowed - NOT_IN_CODE
