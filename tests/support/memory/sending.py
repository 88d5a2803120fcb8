"""What leaves the account: mails through SES, texts and push messages through SNS, events on the bus."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tests.support.memory.errors import Refusal
from tests.support.memory.service import Service

MOST_PER_SECOND = 14.0
MOST_ENTRIES = 10


@dataclass(frozen=True)
class Mail:
    """A mail that SES accepted."""

    id: str
    to: str
    raw: bytes
    tags: Mapping[str, str]
    configuration_set: str
    at: float


@dataclass(frozen=True)
class Text:
    """A text or push message that SNS accepted; `to` is a number or the ARN of an endpoint."""

    id: str
    to: str
    text: str
    attributes: Mapping[str, str]
    at: float


class _Numbered(Service):
    """A service that accepts things and numbers them."""

    def __init__(self, grow: Any) -> None:
        super().__init__(grow)
        self.accepted: list[Any] = []

    def snapshot(self) -> Any:
        return list(self.accepted)

    def restore(self, kept: Any) -> None:
        self.accepted = list(kept)

    def _id(self) -> str:
        self.grow()
        return f"{self.name}-{len(self.accepted) + 1:08d}"


class SES(_Numbered):
    """SES version 2."""

    name = "sesv2"

    def _get_account(self, _: Mapping[str, Any]) -> Any:
        quota = {"Max24HourSend": 50000.0, "MaxSendRate": MOST_PER_SECOND, "SentLast24Hours": 0.0}
        return {"SendingEnabled": True, "ProductionAccessEnabled": True, "SendQuota": quota}

    def _send_email(self, arguments: Mapping[str, Any]) -> Any:
        (address,) = arguments["Destination"]["ToAddresses"]
        mail = Mail(
            self._id(),
            address,
            bytes(arguments["Content"]["Raw"]["Data"]),
            {each["Name"]: each["Value"] for each in arguments.get("EmailTags", ())},
            arguments.get("ConfigurationSetName", ""),
            time.time(),
        )
        self.accepted.append(mail)
        return {"MessageId": mail.id}

    def _create_configuration_set(self, _: Mapping[str, Any]) -> Any:
        return {}

    def _create_configuration_set_event_destination(self, _: Mapping[str, Any]) -> Any:
        return {}


class SNS(_Numbered):
    """SNS: messages to phones, and the endpoints of devices."""

    name = "sns"

    def __init__(self, grow: Any) -> None:
        super().__init__(grow)
        self.endpoints: dict[str, Mapping[str, str]] = {}

    def snapshot(self) -> Any:
        return super().snapshot(), dict(self.endpoints)

    def restore(self, kept: Any) -> None:
        accepted, endpoints = kept
        super().restore(accepted)
        self.endpoints = dict(endpoints)

    def _publish(self, arguments: Mapping[str, Any]) -> Any:
        target = arguments.get("TargetArn")
        if target is not None:
            if target not in self.endpoints:
                raise Refusal("InvalidParameter", "Invalid parameter: TargetArn Reason: No endpoint found")
            if self.endpoints[target].get("Enabled") != "true":
                raise Refusal("EndpointDisabled", "Endpoint is disabled")
        attributes = arguments.get("MessageAttributes", {})
        told = {name: each["StringValue"] for name, each in attributes.items()}
        text = Text(self._id(), target or arguments["PhoneNumber"], arguments["Message"], told, time.time())
        self.accepted.append(text)
        return {"MessageId": text.id}

    def _create_platform_endpoint(self, arguments: Mapping[str, Any]) -> Any:
        application, token = arguments["PlatformApplicationArn"], arguments["Token"]
        digest = sha256(token.encode()).hexdigest()[:32]
        arn = f"{application.replace(':app/', ':endpoint/')}/{digest}"
        if arn not in self.endpoints:
            self.grow()
            self.endpoints[arn] = {"Enabled": "true", "Token": token}
        return {"EndpointArn": arn}

    def _set_endpoint_attributes(self, arguments: Mapping[str, Any]) -> Any:
        before = self._endpoint(arguments)
        after = {**before, **arguments["Attributes"]}
        if after != before:
            self.grow()
        self.endpoints[arguments["EndpointArn"]] = after
        return {}

    def _get_endpoint_attributes(self, arguments: Mapping[str, Any]) -> Any:
        return {"Attributes": dict(self._endpoint(arguments))}

    def _delete_endpoint(self, arguments: Mapping[str, Any]) -> Any:
        if self.endpoints.pop(arguments["EndpointArn"], None) is not None:
            self.grow()
        return {}

    def _endpoint(self, arguments: Mapping[str, Any]) -> Mapping[str, str]:
        if arguments["EndpointArn"] not in self.endpoints:
            raise Refusal("NotFound", "Endpoint does not exist", 404)
        return self.endpoints[arguments["EndpointArn"]]

    def _create_platform_application(self, arguments: Mapping[str, Any]) -> Any:
        kind = f"app/{arguments['Platform']}/{arguments['Name']}"
        return {"PlatformApplicationArn": f"arn:aws:sns:us-east-1:000000000000:{kind}"}

    def _create_topic(self, arguments: Mapping[str, Any]) -> Any:
        return {"TopicArn": f"arn:aws:sns:us-east-1:000000000000:{arguments['Name']}"}

    def _subscribe(self, arguments: Mapping[str, Any]) -> Any:
        return {"SubscriptionArn": f"{arguments['TopicArn']}:subscription"}


class Events(_Numbered):
    """EventBridge: what was put on a bus, as it was put."""

    name = "events"

    def _put_events(self, arguments: Mapping[str, Any]) -> Any:
        entries = arguments["Entries"]
        if not 1 <= len(entries) <= MOST_ENTRIES:
            raise Refusal("ValidationException", "1 to 10 entries are expected")
        told = []
        for entry in entries:
            told.append({"EventId": self._id()})
            self.accepted.append(dict(entry))
        return {"FailedEntryCount": 0, "Entries": told}

    def _create_event_bus(self, arguments: Mapping[str, Any]) -> Any:
        return {"EventBusArn": f"arn:aws:events:us-east-1:000000000000:event-bus/{arguments['Name']}"}
