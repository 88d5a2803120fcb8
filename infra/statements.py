"""The statements of the functions' roles: which calls, on what."""

from __future__ import annotations

from typing import Any

from infra import table as tables
from infra.files import FOLDERS
from infra.intrinsics import Value, attribute, sub
from infra.providers import configuration_set_arn

Statement = dict[str, Any]
_HERE = "${AWS::Region}:${AWS::AccountId}"

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
_RECEIVE = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")


def allow(sid: str, actions: tuple[str, ...], *targets: object) -> Statement:
    """Allows these actions on these targets."""
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(targets)}


def _arn(service: str, rest: str) -> Value:
    return sub(f"arn:${{AWS::Partition}}:{service}:{_HERE}:{rest}")


def table(*without: str) -> Statement:
    """Items of the table in use; a transaction needs the permissions of its parts and none of its own."""
    return allow("Table", tuple(each for each in TABLE_ACTIONS if each not in without), tables.in_use_arn())


def pending_index() -> Statement:
    """Finds the events that are not relayed yet."""
    return allow("PendingIndex", ("dynamodb:Query",), tables.in_use_arn("/index/pending"))


def pending_events() -> Statement:
    """Takes events out of the index `pending`, and nothing else."""
    return allow("Table", ("dynamodb:UpdateItem",), tables.in_use_arn())


def audit_is_kept() -> Statement:
    """The cores of audit entries are written once: no function changes or removes one, whatever its code does."""
    return {
        "Sid": "AuditIsKept",
        "Effect": "Deny",
        "Action": ["dynamodb:DeleteItem", "dynamodb:UpdateItem"],
        "Resource": [tables.in_use_arn()],
        "Condition": {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["AUDIT#*"]}},
    }


def stream() -> Statement:
    """What the mapping does with the stream of the table in use."""
    actions = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")
    return allow("Stream", actions, tables.in_use_arn("/stream/*"))


def files() -> Statement:
    """What jobs read and write: uploaded lists and their results, exports, what a job is to go through."""
    return allow("Files", ("s3:GetObject", "s3:PutObject"), *map(_folder, FOLDERS))


def links() -> list[Statement]:
    """What people may do by a link that the function signs: send a list, fetch its results and exports."""
    return [
        allow("Uploads", ("s3:PutObject",), _folder("imports")),
        allow("Downloads", ("s3:GetObject",), _folder("imports"), _folder("exports")),
    ]


def _folder(name: str) -> Value:
    return sub(f"${{FilesBucket.Arn}}/{name}/*")


def absent_files() -> Statement:
    """Without it S3 answers 403 for a file that is gone, and an import could not tell that from a refusal."""
    return allow("AbsentFiles", ("s3:ListBucket",), attribute("FilesBucket", "Arn"))


def seals() -> list[Statement]:
    """Reads the audit's seals and writes new ones; the bucket refuses to write one twice, or to remove one."""
    return [
        allow("Seals", ("s3:GetObject", "s3:PutObject"), sub("${AuditBucket.Arn}/*")),
        # As for files: without it S3 answers 403 for a seal that is not there yet.
        allow("AbsentSeals", ("s3:ListBucket",), attribute("AuditBucket", "Arn")),
    ]


def users() -> Statement:
    """The staff in the user pool."""
    return allow("Users", USER_ACTIONS, attribute("UserPool", "Arn"))


def import_queue() -> Statement:
    """A long import sends itself the message that goes on."""
    return allow("ImportQueue", (*_RECEIVE, "sqs:SendMessage"), attribute("ImportQueue", "Arn"))


def receives(*queues: str) -> Statement:
    """What the mappings of these queues do."""
    return allow("Receives", _RECEIVE, *(attribute(queue, "Arn") for queue in queues))


def sends(*queues: str) -> Statement:
    """Puts messages into these queues."""
    return allow("Sends", ("sqs:SendMessage",), *(attribute(queue, "Arn") for queue in queues))


def gives_up(queue: str) -> Statement:
    """Puts what failed for good into the dead-letter queue."""
    return allow("GivesUp", ("sqs:SendMessage",), attribute(queue, "Arn"))


def bus() -> Statement:
    """Puts events on the bus."""
    return allow("Bus", ("events:PutEvents",), attribute("Bus", "Arn"))


def mail(stage: str) -> list[Statement]:
    """Mails from any sender verified in this account and region, and the account's limits."""
    # A mail with headers of its own is sent raw, for which SES asks for the second action as well.
    actions = ("ses:SendEmail", "ses:SendRawEmail")
    return [
        allow("Mail", actions, _arn("ses", "identity/*"), configuration_set_arn(stage)),
        # It tells the rate that SES allows, and knows no resource.
        allow("MailLimits", ("ses:GetAccount",), "*"),
    ]


def texts() -> list[Statement]:
    """Texts to phone numbers. A number is no resource, so it is what is left when every topic is taken away."""
    return [
        {
            "Sid": "Texts",
            "Effect": "Allow",
            "Action": ["sns:Publish"],
            "NotResource": [sub("arn:${AWS::Partition}:sns:*:*:*")],
        }
    ]


def push() -> Statement:
    """Notifications to the devices of this account's applications."""
    return allow("Push", ("sns:Publish",), _arn("sns", "endpoint/*"))


def devices() -> list[Statement]:
    """Makes the endpoints of staff's and customers' devices in this account's applications, and removes them."""
    kept = ("sns:DeleteEndpoint", "sns:SetEndpointAttributes")
    return [
        allow("Devices", ("sns:CreatePlatformEndpoint",), _arn("sns", "app/*")),
        allow("Endpoints", kept, _arn("sns", "endpoint/*")),
    ]


def signing_key(stage: str) -> Statement:
    """The key that signs cursors and links; whoever needs it first makes it."""
    return allow(
        "SigningKey", ("ssm:GetParameter", "ssm:PutParameter"), _arn("ssm", f"parameter/facet/{stage}/signing-key")
    )


def logs(group: str) -> Statement:
    """Writes its own log; a log group's Arn ends in `:*`, which is what these actions are asked for."""
    return allow("Logs", ("logs:CreateLogStream", "logs:PutLogEvents"), attribute(group, "Arn"))


def traces() -> Statement:
    """X-Ray knows no resources: these two actions exist for `*` only."""
    return allow("Traces", ("xray:PutTelemetryRecords", "xray:PutTraceSegments"), "*")
