"""One role per function, with exactly the calls that function makes, on exactly what it makes them on."""

from __future__ import annotations

from infra import schedules
from infra.functions import FUNCTIONS
from infra.intrinsics import Resource, Resources, attribute, ref, sub
from infra.statements import (
    Statement,
    absent_files,
    audit_is_kept,
    bus,
    devices,
    files,
    gives_up,
    import_queue,
    links,
    logs,
    mail,
    pending_events,
    pending_index,
    push,
    receives,
    seals,
    sends,
    signing_key,
    stream,
    table,
    texts,
    traces,
    users,
)


def resources(stage: str) -> Resources:
    """The roles of the functions, and of the scheduler that starts one of them."""
    store, relayed = [table(), audit_is_kept()], [sends("OutreachQueue", "SendingQueue", "ImportQueue"), bus()]
    # What Lambda gives up after its own tries, it puts there with the function's role.
    given_up = gives_up("DeadLetterQueue")
    # What does not fit into its turn, or has its time later, the sender puts into its queue again.
    sending = [receives("SendingQueue"), sends("SendingQueue")]
    does = {
        "APIHandler": ("http", [*store, *links(), users(), *devices(), signing_key(stage)]),
        "Imports": ("imports", [*store, files(), absent_files(), import_queue()]),
        "Relay": ("relay", [pending_events(), audit_is_kept(), stream(), *relayed, given_up]),
        "Worker": ("worker", [*store, receives("OutreachQueue")]),
        "Sender": (
            "sender",
            [
                table("dynamodb:BatchGetItem"),
                audit_is_kept(),
                *sending,
                *mail(stage),
                *texts(),
                push(),
                signing_key(stage),
            ],
        ),
        "Sweeps": ("sweeps", [*store, pending_index(), *relayed, *seals(), given_up]),
    }
    roles = {
        f"{key}Role": _role(f"facet-{stage}-{suffix}", [*statements, logs(f"{key}Logs"), *_traces(key)])
        for key, (suffix, statements) in does.items()
    }
    return {**roles, "SchedulerRole": _scheduler(stage)}


def _traces(key: str) -> list[Statement]:
    return [traces()] if FUNCTIONS[key].traced else []


def _role(name: str, statements: list[Statement], trusted: Statement | None = None) -> Resource:
    trust = trusted or {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    policy = {
        "PolicyName": "what-it-does",
        "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
    }
    properties = {
        # The region is in the name because role names are shared by all regions of an account.
        "RoleName": sub(f"{name}-${{AWS::Region}}"),
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [policy],
    }
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def _scheduler(stage: str) -> Resource:
    """What EventBridge Scheduler does for the schedules of this stage, and for no others."""
    group = f"arn:${{AWS::Partition}}:scheduler:${{AWS::Region}}:${{AWS::AccountId}}:schedule-group/facet-{stage}"
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "scheduler.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId"), "aws:SourceArn": sub(group)}},
    }
    started = [attribute(name, "Arn") for name in sorted(schedules.targets())]
    statements = [
        {"Sid": "Functions", "Effect": "Allow", "Action": ["lambda:InvokeFunction"], "Resource": started},
        sends("DeadLetterQueue"),
    ]
    return _role(f"facet-{stage}-scheduler", statements, trust)
