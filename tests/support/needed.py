"""Which permissions a call of AWS asks for, on what: action and ARN, from the call's own arguments.

By the service authorization reference of each service; where an operation is not known here, the test that asks fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from email import message_from_bytes
from email.utils import parseaddr
from typing import Any

from tests.support.policies import ACCOUNT, PARTITION, REGION, Call

Arguments = Mapping[str, Any]
_PARTS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}


def _arn(service: str, rest: str) -> str:
    return f"arn:{PARTITION}:{service}:{REGION}:{ACCOUNT}:{rest}"


def _table(name: str, index: str | None = None) -> str:
    return _arn("dynamodb", f"table/{name}" + (f"/index/{index}" if index else ""))


def _partition(body: Arguments) -> tuple[str, ...]:
    return ((body.get("Key") or body["Item"])["pk"]["S"],)


def _dynamodb(operation: str, sent: Arguments) -> Iterator[Call]:
    if operation == "TransactWriteItems":
        for each in sent["TransactItems"]:
            ((part, body),) = each.items()
            yield Call(_PARTS[part], _table(body["TableName"]), _partition(body))
    elif operation == "BatchGetItem":
        for table, wanted in sent["RequestItems"].items():
            yield Call("dynamodb:BatchGetItem", _table(table), tuple(key["pk"]["S"] for key in wanted["Keys"]))
    elif operation == "Query":
        yield Call("dynamodb:Query", _table(sent["TableName"], sent.get("IndexName")))
    else:
        yield Call(f"dynamodb:{operation}", _table(sent["TableName"]), _partition(sent))


def _s3(operation: str, sent: Arguments) -> Iterator[Call]:
    # HeadObject has no permission of its own.
    action = {"HeadObject": "GetObject"}.get(operation, operation)
    place = f"arn:{PARTITION}:s3:::{sent['Bucket']}"
    yield Call(f"s3:{action}", f"{place}/{sent['Key']}" if "Key" in sent else place)


def _sqs(operation: str, sent: Arguments) -> Iterator[Call]:
    action = {"SendMessageBatch": "SendMessage"}.get(operation, operation)
    yield Call(f"sqs:{action}", _arn("sqs", str(sent["QueueUrl"]).rpartition("/")[2]))


def _sesv2(operation: str, sent: Arguments) -> Iterator[Call]:
    if operation == "GetAccount":
        yield Call("ses:GetAccount", "*")
        return
    sender = parseaddr(message_from_bytes(sent["Content"]["Raw"]["Data"])["From"])[1]
    places = [_arn("ses", f"identity/{sender}"), _arn("ses", f"configuration-set/{sent['ConfigurationSetName']}")]
    for action in ("SendEmail", "SendRawEmail"):  # the second because the mail is raw
        yield from (Call(f"ses:{action}", place) for place in places)


def _sns(operation: str, sent: Arguments) -> Iterator[Call]:
    place = {"Publish": "TargetArn", "CreatePlatformEndpoint": "PlatformApplicationArn"}.get(operation, "EndpointArn")
    yield Call(f"sns:{operation}", str(sent["PhoneNumber"] if "PhoneNumber" in sent else sent[place]))


def _events(operation: str, sent: Arguments) -> Iterator[Call]:
    for entry in sent["Entries"]:
        yield Call(f"events:{operation}", _arn("events", f"event-bus/{entry['EventBusName']}"))


def _ssm(operation: str, sent: Arguments) -> Iterator[Call]:
    yield Call(f"ssm:{operation}", _arn("ssm", f"parameter{sent['Name']}"))


def _cognito(operation: str, sent: Arguments) -> Iterator[Call]:
    yield Call(f"cognito-idp:{operation}", _arn("cognito-idp", f"userpool/{sent['UserPoolId']}"))


_BY_SERVICE: Mapping[str, Callable[[str, Arguments], Iterator[Call]]] = {
    "cognito-idp": _cognito,
    "dynamodb": _dynamodb,
    "events": _events,
    "s3": _s3,
    "sesv2": _sesv2,
    "sns": _sns,
    "sqs": _sqs,
    "ssm": _ssm,
}


def permissions(service: str, operation: str, sent: Arguments) -> list[Call]:
    """What somebody must be allowed to make this call."""
    return list(_BY_SERVICE[service](operation, sent))
