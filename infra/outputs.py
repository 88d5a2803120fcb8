"""What the stack is told and what it tells: to the launcher, the deployer and the reader in the console."""

from __future__ import annotations

from typing import Any

from infra import table
from infra.api import API_URL
from infra.intrinsics import ref, sub

# Parameters that may be left out: what they are, as the console shows it.
OPTIONAL = {
    "AllowedOrigins": "Web origins that browsers may call the API from, separated by commas",
    "AlarmEmail": "Who is told of alarms; empty for nobody",
    "RestoredTable": "A table restored from a backup, to use instead of the stack's own",
    "RestoredStream": "The ARN of that table's stream, once it is switched on",
    "PublicUrl": "Where people reach the API when it has an address of its own; without /v1",
    "SenderEmail": "The address that mails come from when a location has none",
    "SenderVerified": "yes: the address or its domain is verified already, so leave its identity alone",
    "PushApnsArn": "The SNS platform application for Apple devices",
    "PushFcmArn": "The SNS platform application for Android devices",
}
Said = dict[str, tuple[Any, str]]


def parameters(audit_years: int) -> dict[str, Any]:
    """The parameters of the stack; only where the zip lies has no default."""
    code = {"CodeBucket": "The bucket that holds the zip", "CodeKey": "The key of the zip in that bucket"}
    return {
        **{name: {"Type": "String", "Description": text} for name, text in code.items()},
        **{name: {"Type": "String", "Default": "", "Description": text} for name, text in OPTIONAL.items()},
        "AuditRetentionYears": _audit_retention(audit_years),
    }


def _audit_retention(years: int) -> dict[str, Any]:
    text = "For how many years nobody can remove the audit's seals. On prod it can be prolonged, but never shortened"
    return {"Type": "Number", "Default": years, "MinValue": 1, "MaxValue": 100, "Description": text}


def conditions() -> dict[str, Any]:
    """The conditions that resources refer to."""
    given = ("AlarmEmail", "RestoredTable", "RestoredStream", "PublicUrl", "SenderEmail")
    has: dict[str, Any] = {f"Has{name}": {"Fn::Not": [{"Fn::Equals": [ref(name), ""]}]} for name in given}
    unverified = {"Fn::Not": [{"Fn::Equals": [ref("SenderVerified"), "yes"]}]}
    return {**has, "HasSenderToVerify": {"Fn::And": [{"Condition": "HasSenderEmail"}, unverified]}}


def outputs(stage: str) -> dict[str, Any]:
    """The outputs of the stack."""
    said = {**_house(stage), **_messaging(stage)}
    return {name: {"Value": value, "Description": text} for name, (value, text) in said.items()}


def _house(stage: str) -> Said:
    return {
        "ApiUrl": (sub(API_URL), "Where the API is; paths begin with /v1"),
        "Table": (table.in_use(), "The table in use"),
        "FilesBucket": (ref("FilesBucket"), "The bucket for files"),
        "AuditBucket": (ref("AuditBucket"), "The bucket of the audit's seals"),
        "UserPoolId": (ref("UserPool"), "The user pool of the staff"),
        "ClientId": (ref("UserPoolClient"), "The client that apps sign in with"),
        "ImportQueueUrl": (ref("ImportQueue"), "The queue of imports"),
        "SigningKeyParameter": (f"/facet/{stage}/signing-key", "The parameter that holds the signing key"),
        "ApiHandlerName": (ref("APIHandler"), "The function that answers the API"),
        "ImportsName": (ref("Imports"), "The function that runs imports"),
    }


def _messaging(stage: str) -> Said:
    return {
        "OutreachQueueUrl": (ref("OutreachQueue"), "The queue of events that become messages"),
        "SendingQueueUrl": (ref("SendingQueue"), "The queue of messages to send"),
        "DeadLetterQueueUrl": (ref("DeadLetterQueue"), "The queue of what failed five times"),
        "BusName": (f"facet-{stage}", "The bus on which other systems find the events"),
        "RelayName": (ref("Relay"), "The function that relays events"),
        "WorkerName": (ref("Worker"), "The function that plans messages"),
        "SenderName": (ref("Sender"), "The function that sends messages"),
        "SweepsName": (ref("Sweeps"), "The function that runs the sweeps"),
        "MailEventsTopic": (ref("MailEventsTopic"), "The topic of what SES tells about mails"),
        "InboundTextsTopic": (ref("InboundTextsTopic"), "The topic for texts that customers send"),
    }
