"""What the stack is told and what it tells: to the launcher, the deployer and the reader in the console."""

from __future__ import annotations

from typing import Any

from infra import table
from infra.api import STAGE_NAME
from infra.intrinsics import ref, sub


def parameters() -> dict[str, Any]:
    """The parameters of the stack; only where the zip lies has no default."""
    return {
        "CodeBucket": {"Type": "String", "Description": "The bucket that holds the zip"},
        "CodeKey": {"Type": "String", "Description": "The key of the zip in that bucket"},
        "AllowedOrigins": {
            "Type": "String",
            "Default": "",
            "Description": "Web origins that browsers may call the API from, separated by commas",
        },
        "AlarmEmail": {
            "Type": "String",
            "Default": "",
            "Description": "Who is told of alarms; empty for nobody",
        },
        "RestoredTable": {
            "Type": "String",
            "Default": "",
            "Description": "A table restored from a backup, to use instead of the stack's own",
        },
    }


def conditions() -> dict[str, Any]:
    """The conditions that resources refer to."""
    return {f"Has{name}": {"Fn::Not": [{"Fn::Equals": [ref(name), ""]}]} for name in ("AlarmEmail", "RestoredTable")}


def outputs(stage: str) -> dict[str, Any]:
    """The outputs of the stack."""
    url = f"https://${{RestApi}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{STAGE_NAME}"
    said = {
        "ApiUrl": (sub(url), "Where the API is; paths begin with /v1"),
        "Table": (table.in_use(), "The table in use"),
        "FilesBucket": (ref("FilesBucket"), "The bucket for files"),
        "UserPoolId": (ref("UserPool"), "The user pool of the staff"),
        "ClientId": (ref("UserPoolClient"), "The client that apps sign in with"),
        "ImportQueueUrl": (ref("ImportQueue"), "The queue of imports"),
        "SigningKeyParameter": (f"/facet/{stage}/signing-key", "The parameter that holds the signing key"),
        "ApiHandlerName": (ref("APIHandler"), "The function that answers the API"),
        "ImportsName": (ref("Imports"), "The function that runs imports"),
    }
    return {name: {"Value": value, "Description": text} for name, (value, text) in said.items()}
