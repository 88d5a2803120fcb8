"""Endpoints of devices at SNS: made from the platform's token, which is kept there and nowhere else."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import Conflict, Invalid, Unavailable
from chalicelib.repos.provider_errors import TOO_FAST
from chalicelib.repos.table import Client

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

NOT_CONFIGURED = "push_not_configured"
REFUSED = frozenset(("InvalidParameter", "InvalidParameterException", "InvalidParameterValue", "ValidationException"))
GONE = frozenset(("NotFound", "NotFoundException", "PlatformApplicationDisabled"))
_KNOWN = re.compile(r"Endpoint (arn:\S+) already exists with the same Token")


class PushEndpoints:
    """SNS for the shop's apps; `applications` are their ARNs by platform, empty for one that is not set up."""

    def __init__(self, client: Client, applications: Mapping[str, str]) -> None:
        self._client, self._applications = client, applications

    def register(self, platform: str, token: str) -> str:
        """The ARN of the endpoint of this token, open for messages; the same token has the same.

        Raises:
            Conflict: the shop sends no push messages to this platform (code push_not_configured).
            Invalid: the platform does not accept the token.
            Unavailable: SNS did not answer.
        """
        application = self._applications.get(platform)
        if not application:
            raise _not_configured(platform)
        endpoint = self._create(platform, application, token)
        # An endpoint that was there may be shut, since a message did not reach it; SNS opens it only when told.
        attributes = {"Enabled": "true", "Token": token}
        self._send("set_endpoint_attributes", platform, EndpointArn=endpoint, Attributes=attributes)
        return endpoint

    def remove(self, endpoint: str) -> None:
        """Forget the device; an endpoint that is gone already is fine.

        Raises:
            Unavailable: SNS did not answer.
        """
        self._send("delete_endpoint", "", EndpointArn=endpoint)

    def _create(self, platform: str, application: str, token: str) -> str:
        from botocore.exceptions import ClientError  # noqa: PLC0415 -- loaded with the client

        arguments = {"PlatformApplicationArn": application, "Token": token}
        try:
            return str(self._send("create_platform_endpoint", platform, **arguments)["EndpointArn"])
        except ClientError as refusal:
            # The endpoint is there with other attributes; SNS names it only in this text (AWS Mobile Blog, "Mobile
            # token management with Amazon SNS").
            known = _KNOWN.search(refusal.response["Error"].get("Message", ""))
            if known:
                return known[1]
            if refusal.response["Error"]["Code"] in REFUSED:
                raise Invalid.field("/token", "is not accepted by the platform") from refusal
            raise

    def _send(self, operation: str, platform: str, **arguments: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- loaded with the client

        try:
            return getattr(self._client, operation)(**arguments)
        except ClientError as refusal:
            known = _meaning(refusal, platform)
            if known is None:
                raise
            raise known from refusal
        except BotoCoreError as silence:
            raise _silent() from silence


def _meaning(refusal: "ClientError", platform: str) -> Exception | None:
    """What the caller is told; None for what only a defect or the token can have caused."""
    code = refusal.response["Error"]["Code"]
    status = int(refusal.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))
    if code in TOO_FAST or status >= 500:
        return _silent()
    return _not_configured(platform) if code in GONE else None


def _silent() -> Unavailable:
    return Unavailable("The push service did not answer in time. Send the same request again.")


def _not_configured(platform: str) -> Conflict:
    return Conflict(f"This shop sends no push messages by {platform}.", code=NOT_CONFIGURED)
