"""Whatever starts a function has a place for what failed, and an alarm that tells of it."""

from __future__ import annotations

from typing import Any

import pytest

from infra.functions import FUNCTIONS
from infra.template import Template
from tests.support import figures

Resources = dict[str, dict[str, Any]]
# What keeps data at rest readable: type, and the property that must say so.
ENCRYPTED = {
    "AWS::DynamoDB::Table": ("SSESpecification", {"SSEEnabled": True}),
    "AWS::SQS::Queue": ("SqsManagedSseEnabled", True),
}
UNENCRYPTED_TOPICS = {
    # A key of our own has a monthly price; with the managed one neither CloudWatch nor SES may publish. What passes
    # through lies encrypted in the queue behind it, and an alarm holds no personal data.
    "AlarmTopic": "alarms hold names of metrics alone",
    "MailEventsTopic": "hands on at once to an encrypted queue",
    "InboundTextsTopic": "hands on at once to an encrypted queue",
}
# What data is lost with, and how each kind is protected beside DeletionPolicy.
KEPT = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool"}


def of_type(resources: Resources, kind: str) -> dict[str, dict[str, Any]]:
    return {name: item["Properties"] for name, item in resources.items() if item["Type"] == kind}


def names_in(value: Any) -> set[str]:
    """Every resource that a value refers to."""
    if isinstance(value, list):
        return set().union(*map(names_in, value))
    if not isinstance(value, dict):
        return set()
    if set(value) == {"Ref"}:
        return {value["Ref"]}
    if set(value) == {"Fn::GetAtt"}:
        return {value["Fn::GetAtt"][0]}
    return names_in(list(value.values()))


def dead_letters(resources: Resources) -> dict[str, set[str]]:
    """Of each thing that may fail, where it goes: read from the template."""
    found: dict[str, set[str]] = {}
    for name, item in resources.items():
        properties = item["Properties"]
        if item["Type"] == "AWS::Lambda::EventSourceMapping":
            source = names_in(properties["EventSourceArn"])
            (queue,) = [each for each in source if resources.get(each, {}).get("Type") == "AWS::SQS::Queue"] or [""]
            where = (
                resources[queue]["Properties"].get("RedrivePolicy") if queue else properties.get("DestinationConfig")
            )
            found[name] = names_in(where)
        if item["Type"] == "AWS::Scheduler::Schedule":
            found[name] = names_in(properties["Target"].get("DeadLetterConfig"))
            started = names_in(properties["Target"]["Arn"])
            for function in started:  # Scheduler starts a function and does not wait for it
                found[function] = names_in(resources[function]["Properties"].get("DeadLetterConfig"))
        if item["Type"] == "AWS::SNS::Subscription" and properties["Protocol"] == "sqs":
            found[name] = names_in(properties.get("RedrivePolicy"))
    return found


def test_everything_that_starts_a_function_has_a_place_for_what_failed(resources: Resources) -> None:
    found = dead_letters(resources)
    kinds = {resources[name]["Type"] for name in found}
    assert kinds == {
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Function",
        "AWS::SNS::Subscription",
        "AWS::Scheduler::Schedule",
    }
    assert {name for name, queues in found.items() if not queues} == set()
    figures.note("template", {"sources with a dead-letter queue": len(found)})


def test_every_function_is_started_by_something_that_was_looked_at(resources: Resources) -> None:
    mapped = {item["FunctionName"]["Ref"] for item in of_type(resources, "AWS::Lambda::EventSourceMapping").values()}
    scheduled = {
        name
        for item in of_type(resources, "AWS::Scheduler::Schedule").values()
        for name in names_in(item["Target"]["Arn"])
    }
    # Who calls the API waits for the answer.
    allowed = {item["FunctionName"]["Ref"] for item in of_type(resources, "AWS::Lambda::Permission").values()}
    assert mapped | scheduled | allowed == set(FUNCTIONS)
    assert (mapped | scheduled) & allowed == set()


def test_every_dead_letter_queue_has_an_alarm_at_the_first_message(resources: Resources) -> None:
    watched = {
        name
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if (alarm["MetricName"], alarm["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 1)
        for name in names_in(alarm["Dimensions"])
    }
    used = set().union(*dead_letters(resources).values())
    assert used <= watched
    queues = of_type(resources, "AWS::SQS::Queue")
    assert {
        name for name, queue in queues.items() if "RedrivePolicy" not in queue
    } == used  # no queue gives up silently
    figures.note("template", {"alarms": len(of_type(resources, "AWS::CloudWatch::Alarm"))})


def test_whoever_gives_up_into_a_queue_may_do_so(resources: Resources) -> None:
    """Lambda does it with the function's role, Scheduler with its own, SNS by the queue's policy, SQS by itself."""
    for name, queues in dead_letters(resources).items():
        properties = resources[name]["Properties"]
        match resources[name]["Type"]:
            case "AWS::SNS::Subscription":
                senders = names_in(
                    [each.get("Condition") for each in policy_of(resources, queues) if each["Effect"] == "Allow"]
                )
                assert names_in(properties["TopicArn"]) <= senders
            case "AWS::Scheduler::Schedule":
                assert queues <= sends_to(resources, "SchedulerRole")
            case "AWS::Lambda::Function":
                assert queues <= sends_to(resources, f"{name}Role")
            case "AWS::Lambda::EventSourceMapping" if "DestinationConfig" in properties:
                assert queues <= sends_to(resources, f"{properties['FunctionName']['Ref']}Role")


def policy_of(resources: Resources, queues: set[str]) -> list[dict[str, Any]]:
    policies = of_type(resources, "AWS::SQS::QueuePolicy").values()
    (found,) = [each["PolicyDocument"]["Statement"] for each in policies if names_in(each["Queues"]) == queues]
    return list(found)


def sends_to(resources: Resources, role: str) -> set[str]:
    (document,) = [each["PolicyDocument"] for each in resources[role]["Properties"]["Policies"]]
    return names_in([each["Resource"] for each in document["Statement"] if "sqs:SendMessage" in each["Action"]])


def test_every_source_says_which_of_a_batch_failed(resources: Resources) -> None:
    for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_everything_is_encrypted_where_it_lies(resources: Resources) -> None:
    for kind, (name, value) in ENCRYPTED.items():
        assert {item[name] == value for item in of_type(resources, kind).values()} == {True}
    for bucket in of_type(resources, "AWS::S3::Bucket").values():
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
        assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    topics = of_type(resources, "AWS::SNS::Topic")
    assert {name for name, topic in topics.items() if "KmsMasterKeyId" not in topic} == UNENCRYPTED_TOPICS.keys()


def test_only_one_service_each_speaks_to_a_queue_or_topic_from_outside(resources: Resources) -> None:
    for kind in ("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy"):
        for policy in of_type(resources, kind).values():
            for each in policy["PolicyDocument"]["Statement"]:
                if each["Effect"] == "Allow":
                    assert set(each["Principal"]) == {"Service"}
                    conditions = {key for condition in each["Condition"].values() for key in condition}
                    assert conditions & {"aws:SourceArn", "aws:SourceAccount"}
                    assert each["Action"] in ("sqs:SendMessage", "sns:Publish")


def test_what_holds_data_outlives_the_stack(resources: Resources) -> None:
    for item in resources.values():
        kept = item["Type"] in KEPT
        assert (item.get("DeletionPolicy"), item.get("UpdateReplacePolicy")) == (
            ("Retain", "Retain") if kept else (None, None)
        )
    assert {item["DeletionProtectionEnabled"] for item in of_type(resources, "AWS::DynamoDB::Table").values()} == {True}
    assert {item["DeletionProtection"] for item in of_type(resources, "AWS::Cognito::UserPool").values()} == {"ACTIVE"}


def test_every_log_is_kept_for_a_while_and_no_function_makes_one_of_its_own(resources: Resources) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] > 0 for group in groups.values())
    used = {item["LoggingConfig"]["LogGroup"]["Ref"] for item in of_type(resources, "AWS::Lambda::Function").values()}
    assert used == groups.keys()
    makers = [name for name, item in resources.items() if "logs:CreateLogGroup" in str(item)]
    assert makers == []


def test_every_function_is_watched(resources: Resources) -> None:
    """By the API's own figures, or by what stands in its log."""
    filters = of_type(resources, "AWS::Logs::MetricFilter").values()
    watched = {item["LogGroupName"]["Ref"].removesuffix("Logs") for item in filters}
    assert watched == set(FUNCTIONS)


@pytest.mark.parametrize("broken", ["DestinationConfig", "RedrivePolicy", "DeadLetterConfig"])
def test_a_source_without_a_place_for_what_failed_is_noticed(template: Template, broken: str) -> None:
    changed = {
        name: {**item, "Properties": _without(item["Properties"], broken)}
        for name, item in template["Resources"].items()
    }
    assert set() in dead_letters(changed).values()


def _without(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _without(each, key) for name, each in value.items() if name != key}
    return [_without(each, key) for each in value] if isinstance(value, list) else value
