"""Each function may do what it does, and nothing else: its real handler runs, and its calls meet its own policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from infra.functions import FUNCTIONS
from infra.stages import stage
from infra.template import final
from tests.infra.conftest import whole
from tests.support import figures
from tests.support.policies import Account, Call, Policy
from tests.support.recorded import Recorder, recording, run_everything
from tests.support.world import opened
from tests.support.world.environment import VARIABLES

Resources = dict[str, dict[str, Any]]
# What is granted although no call asks for it by name, with the reason.
EXCUSED: Mapping[tuple[str, str], str] = {
    ("Imports", "s3:ListBucket"): "without it S3 answers 403 instead of 404 for a file that is gone",
    ("Sweeps", "s3:ListBucket"): "without it S3 answers 403 instead of 404 for a seal that is not there yet",
}
# Every pattern that reaches further than one thing of ours, with the reason; by the statement's name.
WIDE: Mapping[tuple[str, str], str] = {
    ("Downloads", "arn:aws:s3:::facet-test-files/exports/*"): "files are named by what they belong to",
    ("Downloads", "arn:aws:s3:::facet-test-files/imports/*"): "as above",
    ("Uploads", "arn:aws:s3:::facet-test-files/imports/*"): "as above",
    ("Files", "arn:aws:s3:::facet-test-files/bulk/*"): "as above",
    ("Files", "arn:aws:s3:::facet-test-files/duplicates/*"): "as above",
    ("Files", "arn:aws:s3:::facet-test-files/exports/*"): "as above",
    ("Files", "arn:aws:s3:::facet-test-files/imports/*"): "as above",
    ("Seals", "arn:aws:s3:::facet-test-audit/*"): "a seal is named by its day; the bucket itself refuses to lose one",
    ("Logs", "log-group"): "a log group's ARN ends so; its streams are named by Lambda",
    (
        "Stream",
        "arn:aws:dynamodb:us-east-1:000000000000:table/facet-test/stream/*",
    ): "a stream is named by its beginning",
    ("Mail", "arn:aws:ses:us-east-1:000000000000:identity/*"): "shops verify addresses of their own, one a location",
    ("Devices", "arn:aws:sns:us-east-1:000000000000:app/*"): "the applications are made by hand, outside the stack",
    ("Endpoints", "arn:aws:sns:us-east-1:000000000000:endpoint/*"): "a device is known when it registers",
    ("Push", "arn:aws:sns:us-east-1:000000000000:endpoint/*"): "a device is known when it registers",
    ("Texts", "!arn:aws:sns:*:*:*"): "a phone number is no resource: all that is left when every topic is taken away",
    ("MailLimits", "*"): "ses:GetAccount knows no resource",
    ("Traces", "*"): "X-Ray knows no resources",
}


@pytest.fixture(scope="module")
def resources() -> Resources:
    """The template of a stage that is called like the made-up shop."""
    found: Resources = final(whole(), stage(VARIABLES["FACET_STAGE"]))["Resources"]
    return found


@pytest.fixture(scope="module")
def account(resources: Resources) -> Account:
    """Names that AWS makes up are those of the made-up shop, as the functions' settings have them."""
    named = {}
    for function in FUNCTIONS:
        for variable, value in resources[function]["Properties"]["Environment"]["Variables"].items():
            logical = value.get("Ref") if isinstance(value, dict) else None
            if logical in resources and resources[logical]["Type"] in ("AWS::S3::Bucket", "AWS::Cognito::UserPool"):
                named[logical] = VARIABLES[variable]
    return Account(resources, named)


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with opened() as world, recording(world) as made:
        run_everything(world)
        world.reset()
        yield made


def policy_of(resources: Resources, account: Account, role: str) -> Policy:
    (policy,) = resources[role]["Properties"]["Policies"]
    return Policy(policy["PolicyDocument"]["Statement"], account)


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_every_call_that_a_function_makes_is_within_its_policy(
    resources: Resources, account: Account, recorder: Recorder, function: str
) -> None:
    policy = policy_of(resources, account, f"{function}Role")
    assert recorder.calls[function]
    assert recorder.unknown == []  # tests/support/needed.py says what a call needs
    assert (
        sorted({f"{call.action} {call.resource}" for call in recorder.calls[function] if not policy.allows(call)}) == []
    )
    figures.note("template", {"calls within their policy": recorder.made[function]})


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_no_function_may_do_what_it_does_not(
    resources: Resources, account: Account, recorder: Recorder, function: str
) -> None:
    policy = policy_of(resources, account, f"{function}Role")
    calls = recorder.calls[function] | set(by_aws(resources, account, function))
    used = {grant for call in calls for grant in policy.used(call)}
    unused = {(function, grant.action) for grant in set(policy.grants()) - used}
    assert unused == {excuse for excuse in EXCUSED if excuse[0] == function}
    figures.note("template", {"grants": len(set(policy.grants())), "grants without a call": len(unused)})


def test_no_action_is_a_pattern_and_every_wide_resource_has_a_reason(resources: Resources, account: Account) -> None:
    roles = [name for name, item in resources.items() if item["Type"] == "AWS::IAM::Role"]
    grants = [grant for role in roles for grant in policy_of(resources, account, role).grants()]
    assert [grant for grant in grants if "*" in grant.action or "?" in grant.action] == []
    wide = {(each.sid, each.resource) for each in grants if {"*", "?", "!"} & set(each.resource)}
    assert {(sid, "log-group" if ":log-group:" in resource else resource) for sid, resource in wide} == WIDE.keys()


def by_aws(resources: Resources, account: Account, function: str) -> Iterator[Call]:
    """What AWS itself does with a function's role, as the template asks it to."""
    properties = resources[function]["Properties"]
    group = account.arn(properties["LoggingConfig"]["LogGroup"]["Ref"])
    yield from (Call(f"logs:{action}", group) for action in ("CreateLogStream", "PutLogEvents"))
    if properties["TracingConfig"] == {"Mode": "Active"}:
        yield from (Call(f"xray:{action}", "*") for action in ("PutTelemetryRecords", "PutTraceSegments"))
    for item in resources.values():
        mapping = item["Properties"]
        if item["Type"] == "AWS::Lambda::EventSourceMapping" and mapping["FunctionName"] == {"Ref": function}:
            source = account.value(mapping["EventSourceArn"])
            actions = OF_QUEUES if ":sqs:" in source else OF_STREAMS
            yield from (Call(action, source) for action in actions)
            if "DestinationConfig" in mapping:
                yield Call("sqs:SendMessage", account.value(mapping["DestinationConfig"]["OnFailure"]["Destination"]))
    if "DeadLetterConfig" in properties:
        yield Call("sqs:SendMessage", account.value(properties["DeadLetterConfig"]["TargetArn"]))


OF_QUEUES = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
OF_STREAMS = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")


TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/facet-test"
KEPT = {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["AUDIT#*"]}}
STATEMENTS = (
    {"Sid": "Table", "Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:DeleteItem"], "Resource": [TABLE]},
    {"Sid": "Kept", "Effect": "Deny", "Action": ["dynamodb:DeleteItem"], "Resource": [TABLE], "Condition": KEPT},
    {"Sid": "Texts", "Effect": "Allow", "Action": ["sns:Publish"], "NotResource": ["arn:aws:sns:*:*:*"]},
)


@pytest.mark.parametrize(
    ("call", "allowed"),
    [
        (Call("dynamodb:GetItem", TABLE, ("AUDIT#2026-11-23",)), True),
        (Call("dynamodb:DeleteItem", TABLE, ("cus_1",)), True),
        (Call("dynamodb:DeleteItem", TABLE, ("AUDIT#2026-11-23",)), False),
        (Call("dynamodb:DeleteItem", f"{TABLE}-other", ("cus_1",)), False),
        (Call("dynamodb:Query", f"{TABLE}/index/pending"), False),
        (Call("sns:Publish", "+919810000001"), True),
        (Call("sns:Publish", "arn:aws:sns:us-east-1:000000000000:facet-test-alarms"), False),
    ],
)
def test_a_policy_is_read_as_aws_reads_it(account: Account, call: Call, allowed: bool) -> None:
    assert Policy(STATEMENTS, account).allows(call) is allowed


def test_a_condition_that_is_not_known_is_not_taken_for_harmless(account: Account) -> None:
    strange = {**STATEMENTS[0], "Condition": {"StringEquals": {"aws:PrincipalTag/shop": "1"}}}
    with pytest.raises(AssertionError, match="PrincipalTag"):
        Policy([strange], account).allows(Call("dynamodb:GetItem", TABLE))
