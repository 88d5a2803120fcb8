"""One role per function, with exactly the calls that function makes, on exactly what it makes them on."""

from __future__ import annotations

from typing import Any

from infra import table
from infra.intrinsics import Resource, Resources, attribute, sub

Statement = dict[str, Any]

TABLE_ACTIONS = (
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
)
USER_ACTIONS = (
    "cognito-idp:AdminAddUserToGroup",
    "cognito-idp:AdminCreateUser",
    "cognito-idp:AdminDisableUser",
    "cognito-idp:AdminEnableUser",
    "cognito-idp:AdminGetUser",
    "cognito-idp:AdminListGroupsForUser",
    "cognito-idp:AdminRemoveUserFromGroup",
    "cognito-idp:AdminUserGlobalSignOut",
)
# The mapping receives and deletes with the function's role.
QUEUE_ACTIONS = (
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
)


def resources(stage: str) -> Resources:
    """The roles of the functions."""
    common = [_table(), _audit_is_kept(), _files()]
    users = _allow("Users", USER_ACTIONS, attribute("UserPool", "Arn"))
    queue = _allow("ImportQueue", QUEUE_ACTIONS, attribute("ImportQueue", "Arn"))
    # Without it S3 answers 403 for a file that is gone, and an import could not tell that from a refusal.
    absent = _allow("AbsentFiles", ("s3:ListBucket",), attribute("FilesBucket", "Arn"))
    imports = [*common, absent, queue]
    return {
        "APIHandlerRole": _role(
            f"facet-{stage}-http", [*common, users, _signing_key(stage), _logs("APIHandlerLogs"), _traces()]
        ),
        "ImportsRole": _role(f"facet-{stage}-imports", [*imports, _logs("ImportsLogs"), _traces()]),
    }


def _role(name: str, statements: list[Statement]) -> Resource:
    trust = {
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


def _allow(sid: str, actions: tuple[str, ...], *targets: object) -> Statement:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(targets)}


def _table() -> Statement:
    # A transaction needs the permissions of its parts and none of its own.
    return _allow("Table", TABLE_ACTIONS, table.in_use_arn(), table.in_use_arn("/index/pending"))


def _audit_is_kept() -> Statement:
    """The cores of audit entries are written once: no function changes or removes one, whatever its code does."""
    return {
        "Sid": "AuditIsKept",
        "Effect": "Deny",
        "Action": ["dynamodb:DeleteItem", "dynamodb:UpdateItem"],
        "Resource": [table.in_use_arn()],
        "Condition": {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["AUDIT#*"]}},
    }


def _files() -> Statement:
    return _allow("Files", ("s3:GetObject", "s3:PutObject"), sub("${FilesBucket.Arn}/imports/*"))


def _signing_key(stage: str) -> Statement:
    parameter = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter"
    actions = ("ssm:GetParameter", "ssm:PutParameter")
    return _allow("SigningKey", actions, sub(f"{parameter}/facet/{stage}/signing-key"))


def _logs(group: str) -> Statement:
    # A log group's Arn ends in `:*`, which is what these actions are asked for.
    return _allow("Logs", ("logs:CreateLogStream", "logs:PutLogEvents"), attribute(group, "Arn"))


def _traces() -> Statement:
    # X-Ray knows no resources: these two actions exist for `*` only.
    return _allow("Traces", ("xray:PutTelemetryRecords", "xray:PutTraceSegments"), "*")
