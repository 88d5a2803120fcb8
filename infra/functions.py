"""The functions: what Chalice found in app.py, with the roles, logs and settings it cannot express."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from infra import table
from infra.api import API_URL
from infra.intrinsics import Resource, Resources, attribute, ref, sub


@dataclass(frozen=True)
class Function:
    """What the template gives a function beside its handler."""

    suffix: str
    seconds: int
    memory_mb: int
    description: str
    disk_mb: int = 512  # what Lambda gives without a charge
    traced: bool = False  # only where somebody waits: X-Ray would take in nearly every turn of the others, and bill it
    dead_letters: str = ""  # the queue for events that Lambda gave up, of a function that nobody waits for


FUNCTIONS = {
    "APIHandler": Function("http", 29, 1024, "Answers the HTTP API", traced=True),
    "Imports": Function("imports", 900, 1024, "Runs jobs: imports, exports, bulk changes, checks", disk_mb=4096),
    "Relay": Function("relay", 60, 512, "Passes new events on to the queues and the bus"),
    "Worker": Function("worker", 60, 1024, "Plans messages from events, and takes in what providers tell"),
    "Sender": Function("sender", 60, 1024, "Sends mails, texts and push notifications"),
    "Sweeps": Function(
        "sweeps", 300, 1024, "Looks for birthdays, follow-ups and what was left behind", dead_letters="DeadLetterQueue"
    ),
}
# They write links for people. The HTTP function knows the address it was asked at.
_WRITES_LINKS = ("Worker", "Sender", "Sweeps")


class TemplateError(Exception):
    """The generated template is not what infra/ was written for: one sentence."""


def resources(generated: Resources, stage: str, retention_days: int) -> Resources:
    """The functions with their log groups, from the functions in Chalice's template.

    Raises TemplateError when a function has no entry here, an entry has no function, or a handler is not in
    app.py.
    """
    found = {key: value for key, value in generated.items() if value["Type"] == "AWS::Serverless::Function"}
    if found.keys() != FUNCTIONS.keys():
        odd = ", ".join(sorted(found.keys() ^ FUNCTIONS.keys()))
        raise TemplateError(f"app.py and infra/functions.py do not name the same functions: {odd}.")
    made: Resources = {}
    for key, function in FUNCTIONS.items():
        made[key] = _function(key, function, found[key]["Properties"], stage)
        made[f"{key}Logs"] = _log_group(f"facet-{stage}-{function.suffix}", retention_days)
    return made


def _function(key: str, function: Function, generated: dict[str, Any], stage: str) -> Resource:
    if not generated["Handler"].startswith("app."):
        # Declared on a blueprint, it would run without app.py and so without its middleware.
        raise TemplateError(f"{key} is handled by {generated['Handler']}; declare its trigger in app.py.")
    properties = {
        "FunctionName": f"facet-{stage}-{function.suffix}",
        "Description": function.description,
        "Handler": generated["Handler"],
        "Runtime": generated["Runtime"],
        "Architectures": generated["Architectures"],
        "Code": {"S3Bucket": ref("CodeBucket"), "S3Key": ref("CodeKey")},
        "Role": attribute(f"{key}Role", "Arn"),
        "Timeout": function.seconds,
        "MemorySize": function.memory_mb,
        "EphemeralStorage": {"Size": function.disk_mb},
        "TracingConfig": {"Mode": generated["Tracing"] if function.traced else "PassThrough"},
        "LoggingConfig": {"LogGroup": ref(f"{key}Logs")},
        "Environment": {"Variables": {**_environment(stage), **_messaging(stage), **_links(key), **_seals(key)}},
    }
    if function.dead_letters:
        properties["DeadLetterConfig"] = {"TargetArn": attribute(function.dead_letters, "Arn")}
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


def _environment(stage: str) -> dict[str, Any]:
    return {
        "FACET_STAGE": stage,
        "FACET_TABLE": table.in_use(),
        "FACET_FILES_BUCKET": ref("FilesBucket"),
        "FACET_USER_POOL_ID": ref("UserPool"),
        "FACET_CLIENT_ID": ref("UserPoolClient"),
        "FACET_ALLOWED_ORIGINS": ref("AllowedOrigins"),
        "FACET_IMPORT_QUEUE_URL": ref("ImportQueue"),
        "FACET_SIGNING_KEY_PARAMETER": f"/facet/{stage}/signing-key",
        "POWERTOOLS_SERVICE_NAME": "facet",
        "LOG_LEVEL": "INFO",
    }


def _messaging(stage: str) -> dict[str, Any]:
    return {
        "FACET_OUTREACH_QUEUE_URL": ref("OutreachQueue"),
        "FACET_SENDING_QUEUE_URL": ref("SendingQueue"),
        "FACET_BUS": f"facet-{stage}",
        "FACET_CONFIGURATION_SET": f"facet-{stage}",
        "FACET_SENDER_EMAIL": ref("SenderEmail"),
        "FACET_PUSH_APNS_ARN": ref("PushApnsArn"),
        "FACET_PUSH_FCM_ARN": ref("PushFcmArn"),
        "FACET_PROVIDER_TOPICS": sub("${MailEventsTopic},${InboundTextsTopic}"),
    }


def _links(key: str) -> dict[str, Any]:
    if key not in _WRITES_LINKS:
        return {}
    return {"FACET_PUBLIC_URL": {"Fn::If": ["HasPublicUrl", ref("PublicUrl"), sub(API_URL)]}}


def _seals(key: str) -> dict[str, Any]:
    return {"FACET_AUDIT_BUCKET": ref("AuditBucket")} if key == "Sweeps" else {}


def _log_group(function_name: str, retention_days: int) -> Resource:
    properties = {"LogGroupName": f"/aws/lambda/{function_name}", "RetentionInDays": retention_days}
    return {"Type": "AWS::Logs::LogGroup", "Properties": properties}


def permission() -> Resources:
    """Lets this API, and no other, call the HTTP function."""
    api = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${RestApi}/*"
    properties = {
        "FunctionName": ref("APIHandler"),
        "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": sub(api),
    }
    return {"APIHandlerPermission": {"Type": "AWS::Lambda::Permission", "Properties": properties}}
