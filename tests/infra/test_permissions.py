"""The roles allow the calls that the code makes, and no others."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

Resources = dict[str, dict[str, Any]]
REPOS = Path(__file__).resolve().parents[2] / "chalicelib" / "repos"
# The service in boto3, and the prefix of its permissions.
SERVICES = {
    "cognito-idp": "cognito-idp",
    "dynamodb": "dynamodb",
    "events": "events",
    "s3": "s3",
    "sesv2": "ses",
    "sns": "sns",
    "sqs": "sqs",
    "ssm": "ssm",
}
# Operations that need another permission than their own name, and the parts of a transaction.
NEEDS = {
    "head_object": "s3:GetObject",
    "transact_get_items": "dynamodb:GetItem",
    "send_message_batch": "sqs:SendMessage",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
# Made by Lambda itself with the function's role, by Scheduler, or needed for the answer and not for a call.
NOT_IN_CODE = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "lambda:InvokeFunction",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "s3:ListBucket",
    "ses:SendRawEmail",  # SES asks for it beside SendEmail when a mail is raw
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
    for service, prefix in SERVICES.items():
        for operation in session.get_service_model(service).operation_names:
            found[xform_name(operation)] = f"{prefix}:{operation}"
    # Allowed through its parts.
    del found["transact_write_items"]
    return {**found, **NEEDS}


def named(code: str) -> set[str]:
    """Every attribute and text in the code."""
    nodes = list(ast.walk(ast.parse(code)))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def roles(resources: Resources) -> list[str]:
    return [name for name, item in resources.items() if item["Type"] == "AWS::IAM::Role"]


def statements(resources: Resources, role: str) -> list[dict[str, Any]]:
    (policy,) = resources[role]["Properties"]["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def actions(resources: Resources, role: str) -> set[str]:
    allowed = [statement for statement in statements(resources, role) if statement["Effect"] == "Allow"]
    return {action for statement in allowed for action in statement["Action"]}


def test_what_the_code_calls_is_allowed_and_nothing_else(resources: Resources) -> None:
    allowed = set().union(*(actions(resources, role) for role in roles(resources)))
    known = operations()
    words = set().union(*(named(file.read_text()) for file in REPOS.rglob("*.py")))
    called = {known[word] for word in words & known.keys()}
    assert called == allowed - NOT_IN_CODE


# What one function alone may do, and what the others therefore may not.
ALONE = {
    "cognito-idp": {"APIHandlerRole"},
    "ses": {"SenderRole"},
    "sns:Publish": {"SenderRole"},
    "sns:CreatePlatformEndpoint": {"APIHandlerRole"},
    "events": {"RelayRole", "SweepsRole"},
    "ssm": {"APIHandlerRole", "SenderRole"},
    "s3": {"APIHandlerRole", "ImportsRole", "SweepsRole"},
    "lambda": {"SchedulerRole"},
}


@pytest.mark.parametrize("beginning", sorted(ALONE))
def test_each_function_may_do_its_own_work_only(resources: Resources, beginning: str) -> None:
    allowed = {name: [f"{action}:" for action in actions(resources, name)] for name in roles(resources)}
    having = {name for name, listed in allowed.items() if any(a.startswith(f"{beginning}:") for a in listed)}
    assert having == ALONE[beginning]


def test_the_relay_changes_nothing_but_what_is_pending(resources: Resources) -> None:
    store = {action for action in actions(resources, "RelayRole") if action.startswith("dynamodb:")}
    assert store - NOT_IN_CODE == {"dynamodb:UpdateItem"}


def test_each_function_sends_to_and_receives_from_its_own_queues(resources: Resources) -> None:
    def queues(role: str, action: str) -> set[str]:
        listed = [s for s in statements(resources, role) if action in s["Action"] and s["Effect"] == "Allow"]
        return {target["Fn::GetAtt"][0] for statement in listed for target in statement["Resource"]}

    receiving = {role: queues(role, "sqs:ReceiveMessage") for role in roles(resources)}
    mapped = [item["Properties"] for item in resources.values() if item["Type"] == "AWS::Lambda::EventSourceMapping"]
    for mapping in mapped:
        source = mapping["EventSourceArn"].get("Fn::GetAtt", [""])[0]
        if source.endswith("Queue"):
            receiving[f"{mapping['FunctionName']['Ref']}Role"].remove(source)
    assert set().union(*receiving.values()) == set()
    sending = {role: queues(role, "sqs:SendMessage") for role in roles(resources)}
    assert {role: sent for role, sent in sending.items() if sent} == {
        "ImportsRole": {"ImportQueue"},
        "RelayRole": {"DeadLetterQueue", "ImportQueue", "OutreachQueue", "SendingQueue"},
        "SweepsRole": {"DeadLetterQueue", "ImportQueue", "OutreachQueue", "SendingQueue"},
        "SenderRole": {"SendingQueue"},
        "SchedulerRole": {"DeadLetterQueue"},
    }


def test_texts_go_to_phones_and_to_no_topic(resources: Resources) -> None:
    (texts,) = [item for item in statements(resources, "SenderRole") if "NotResource" in item]
    assert texts["Action"] == ["sns:Publish"]
    assert texts["NotResource"] == [{"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}]
    (push,) = [item for item in statements(resources, "SenderRole") if item["Sid"] == "Push"]
    assert push["Resource"] == [{"Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:endpoint/*"}]


def test_mail_goes_through_the_configuration_set_of_the_stage(resources: Resources) -> None:
    (mail,) = [item for item in statements(resources, "SenderRole") if item["Sid"] == "Mail"]
    here = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}"
    assert mail["Resource"] == [{"Fn::Sub": f"{here}:identity/*"}, {"Fn::Sub": f"{here}:configuration-set/facet-dev"}]
