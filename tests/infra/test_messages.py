"""What the template must hold so that no event is lost, and every message is told of."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra import messages, schedules
from infra.functions import FUNCTIONS
from infra.schedules import ScheduleError, definitions
from infra.template import Template

Resources = dict[str, dict[str, Any]]
ROOT = Path(__file__).resolve().parents[2]


def of_type(resources: Resources, kind: str) -> dict[str, dict[str, Any]]:
    return {name: item["Properties"] for name, item in resources.items() if item["Type"] == kind}


def _arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}


@pytest.mark.parametrize("name", sorted(messages.PURPOSES))
def test_a_message_stays_hidden_for_six_turns_and_fails_into_the_shared_queue(resources: Resources, name: str) -> None:
    queue, (suffix, function) = resources[name]["Properties"], messages.PURPOSES[name]
    assert queue["QueueName"] == f"facet-dev-{suffix}"
    assert queue["VisibilityTimeout"] >= 6 * resources[function]["Properties"]["Timeout"]
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": _arn("DeadLetterQueue"), "maxReceiveCount": 5}
    (mapping,) = [
        item
        for item in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
        if item["EventSourceArn"] == _arn(name)
    ]
    assert mapping["FunctionName"] == {"Ref": function}
    assert mapping["BatchSize"] == 10


def test_what_failed_is_kept_for_longer_than_it_was_waiting(resources: Resources) -> None:
    kept = {
        item["QueueName"]: item["MessageRetentionPeriod"] for item in of_type(resources, "AWS::SQS::Queue").values()
    }
    assert set(kept.values()) == {14 * 24 * 3600}
    assert "facet-dev-failed" in kept


def test_only_two_senders_work_at_once(resources: Resources) -> None:
    assert resources["SendingMapping"]["Properties"]["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_the_stream_starts_the_relay_for_new_published_events_only(resources: Resources) -> None:
    mapping = resources["StreamMapping"]["Properties"]
    (each,) = mapping["FilterCriteria"]["Filters"]
    pattern = json.loads(each["Pattern"])
    assert pattern == {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"publish": {"BOOL": [True]}}}}
    assert mapping["FunctionName"] == {"Ref": "Relay"}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["BisectBatchOnFunctionError"] is True
    assert (mapping["MaximumRetryAttempts"], mapping["MaximumRecordAgeInSeconds"]) == (5, 3600)


def test_a_restored_tables_stream_takes_the_place_of_the_own_one(template: Template, resources: Resources) -> None:
    source = resources["StreamMapping"]["Properties"]["EventSourceArn"]
    own = {"Fn::GetAtt": ["Table", "StreamArn"]}
    assert source == {"Fn::If": ["HasRestoredStream", {"Ref": "RestoredStream"}, own]}
    assert template["Parameters"]["RestoredStream"]["Default"] == ""


def test_only_the_two_topics_reach_the_queue_of_the_worker(resources: Resources) -> None:
    policy = resources["OutreachQueuePolicy"]["Properties"]["PolicyDocument"]
    (allowed,) = [item for item in policy["Statement"] if item["Effect"] == "Allow"]
    topics = [{"Ref": "MailEventsTopic"}, {"Ref": "InboundTextsTopic"}]
    assert allowed["Principal"] == {"Service": "sns.amazonaws.com"}
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": topics}}
    subscribed = of_type(resources, "AWS::SNS::Subscription")
    ours = [item for name, item in subscribed.items() if name != "AlarmSubscription"]
    assert [item["TopicArn"] for item in ours] == topics
    assert all(item["Endpoint"] == _arn("OutreachQueue") for item in ours)
    # The envelope carries the signature that the worker checks.
    assert all(item["RawMessageDelivery"] is False for item in ours)


@pytest.mark.parametrize(
    ("topic", "service"), [("MailEventsTopic", "ses.amazonaws.com"), ("InboundTextsTopic", "sms-voice.amazonaws.com")]
)
def test_only_its_provider_publishes_to_a_topic(resources: Resources, topic: str, service: str) -> None:
    assert resources[topic]["Properties"]["SignatureVersion"] == "2"
    (policy,) = [
        item for item in of_type(resources, "AWS::SNS::TopicPolicy").values() if item["Topics"] == [{"Ref": topic}]
    ]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Principal"], statement["Action"]) == ({"Service": service}, "sns:Publish")
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_ses_tells_of_everything_that_becomes_of_a_mail(resources: Resources) -> None:
    made = resources["MailEvents"]
    assert made["DependsOn"] == "MailEventsTopicPolicy"
    destination = made["Properties"]["EventDestination"]
    assert destination["Enabled"] is True
    assert destination["SnsDestination"] == {"TopicARN": {"Ref": "MailEventsTopic"}}
    wanted = "SEND DELIVERY BOUNCE COMPLAINT REJECT OPEN CLICK RENDERING_FAILURE DELIVERY_DELAY"
    assert set(destination["MatchingEventTypes"]) == set(wanted.split())


def test_the_sender_is_verified_unless_somebody_did_it_already(template: Template, resources: Resources) -> None:
    assert resources["SenderIdentity"]["Condition"] == "HasSenderToVerify"
    given, verified = template["Conditions"]["HasSenderToVerify"]["Fn::And"]
    assert given == {"Condition": "HasSenderEmail"}
    assert verified == {"Fn::Not": [{"Fn::Equals": [{"Ref": "SenderVerified"}, "yes"]}]}


def test_every_function_knows_where_events_and_messages_go(resources: Resources) -> None:
    for name in FUNCTIONS:
        variables = resources[name]["Properties"]["Environment"]["Variables"]
        assert variables["FACET_OUTREACH_QUEUE_URL"] == {"Ref": "OutreachQueue"}
        assert variables["FACET_SENDING_QUEUE_URL"] == {"Ref": "SendingQueue"}
        assert variables["FACET_BUS"] == resources["Bus"]["Properties"]["Name"] == "facet-dev"
        assert variables["FACET_CONFIGURATION_SET"] == resources["ConfigurationSet"]["Properties"]["Name"]
        assert variables["FACET_PROVIDER_TOPICS"] == {"Fn::Sub": "${MailEventsTopic},${InboundTextsTopic}"}
        for parameter in ("SenderEmail", "PushApnsArn", "PushFcmArn"):
            variable = "FACET_" + re.sub("(?<!^)([A-Z])", r"_\1", parameter).upper()
            assert variables[variable] == {"Ref": parameter}


def test_whoever_writes_links_knows_the_public_address(template: Template, resources: Resources) -> None:
    api = template["Outputs"]["ApiUrl"]["Value"]
    for name in ("Worker", "Sender", "Sweeps"):
        variables = resources[name]["Properties"]["Environment"]["Variables"]
        assert variables["FACET_PUBLIC_URL"] == {"Fn::If": ["HasPublicUrl", {"Ref": "PublicUrl"}, api]}


def test_the_schedules_of_the_template_are_the_files(resources: Resources) -> None:
    made = {item["Name"]: item for item in of_type(resources, "AWS::Scheduler::Schedule").values()}
    assert made.keys() == {f"facet-dev-{path.stem}" for path in (ROOT / "schedules").glob("*.json")}
    said = {name: (item["ScheduleExpression"], json.loads(item["Target"]["Input"])) for name, item in made.items()}
    assert said["facet-dev-birthdays"] == ("rate(15 minutes)", {"sweep": "birthdays"})
    assert said["facet-dev-follow-ups"] == ("rate(15 minutes)", {"sweep": "follow-ups"})
    assert said["facet-dev-pending"] == ("rate(1 minute)", {"sweep": "pending"})
    for item in made.values():
        assert item["GroupName"] == {"Ref": "ScheduleGroup"}
        assert item["Target"]["Arn"] == _arn("Sweeps")
        assert item["Target"]["RoleArn"] == _arn("SchedulerRole")
        assert item["Target"]["DeadLetterConfig"] == {"Arn": _arn("DeadLetterQueue")}


def test_scheduler_starts_the_sweeps_and_nothing_else_for_this_stage_alone(resources: Resources) -> None:
    role = resources["SchedulerRole"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    group = trust["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"]
    assert group.endswith(":schedule-group/facet-dev")
    starts, tells = role["Policies"][0]["PolicyDocument"]["Statement"]
    assert (starts["Action"], starts["Resource"]) == (["lambda:InvokeFunction"], [_arn("Sweeps")])
    assert (tells["Action"], tells["Resource"]) == (["sqs:SendMessage"], [_arn("DeadLetterQueue")])


@pytest.mark.parametrize("text", ["{", "{}", '{"name": "other"}', json.dumps({**definitions()[0], "name": "other"})])
def test_a_file_that_is_no_schedule_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "wrong.json").write_text(text)
    with pytest.raises(ScheduleError, match=r"^wrong\.json .*\.$"):
        schedules.definitions(tmp_path)
