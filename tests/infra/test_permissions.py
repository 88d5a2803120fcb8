"""Who may do what at all; that each function may do what it does and nothing else is shown in test_policies.py."""

from __future__ import annotations

from typing import Any

import pytest

Resources = dict[str, dict[str, Any]]
STREAM = {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"}


def roles(resources: Resources) -> list[str]:
    return [name for name, item in resources.items() if item["Type"] == "AWS::IAM::Role"]


def statements(resources: Resources, role: str) -> list[dict[str, Any]]:
    (policy,) = resources[role]["Properties"]["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def actions(resources: Resources, role: str) -> set[str]:
    allowed = [statement for statement in statements(resources, role) if statement["Effect"] == "Allow"]
    return {action for statement in allowed for action in statement["Action"]}


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
    assert store - STREAM == {"dynamodb:UpdateItem"}


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
