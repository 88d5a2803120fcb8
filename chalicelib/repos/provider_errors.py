"""What an error of a sending call means for the message: not accepted, refused for good, or nobody knows.

Sources: the error lists of SendEmail (Amazon SES API v2 reference) and Publish (Amazon SNS API reference), and
botocore's own exceptions. An answer of 4xx says that nothing was accepted; 5xx and silence say nothing.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalicelib.domain.messages.providing import NotAccepted, Refused, Unclear

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

HOUR = 3600.0
THROTTLED = "throttled"
# Too fast, or as much as a day allows; the latter is told by its message only.
TOO_FAST = frozenset(
    (
        "KMSThrottling",
        "LimitExceededException",
        "RequestLimitExceeded",
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    )
)
# Nothing is wrong with the message; an administrator must act first, so trying every minute makes no sense.
PAUSED = {
    "AccountSuspendedException": "account_suspended",
    "AuthorizationError": "not_allowed",
    "AccessDenied": "not_allowed",
    "AccessDeniedException": "not_allowed",
    "ExpiredTokenException": "not_allowed",
    "InvalidSecurity": "not_allowed",
    "PlatformApplicationDisabled": "push_disabled",
    "SendingPausedException": "account_paused",
}
FOR_GOOD = {
    "BadRequestException": "invalid_message",
    "EndpointDisabled": "endpoint_disabled",
    "InvalidParameter": "invalid_address",
    "InvalidParameterValue": "invalid_address",
    "MailFromDomainNotVerifiedException": "sender_not_verified",
    "MessageRejected": "rejected",
    "OptedOut": "opted_out",
    "ParameterValueInvalid": "invalid_address",
    "ValidationException": "invalid_message",
}


def meaning(failure: Exception) -> NotAccepted | Refused | Unclear:
    """What to raise for an exception of a sending call; anything that is not botocore's counts as unclear."""
    from botocore import exceptions  # noqa: PLC0415 -- loaded with the client

    if isinstance(failure, exceptions.ClientError):
        return _answered(failure)
    never_left = (
        exceptions.ConnectTimeoutError,
        exceptions.EndpointConnectionError,
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
        exceptions.NoRegionError,
    )
    if isinstance(failure, exceptions.ParamValidationError):
        return Refused("invalid_message")
    if isinstance(failure, never_left):
        return NotAccepted("not_connected")
    return Unclear("no_answer")


def _answered(failure: "ClientError") -> NotAccepted | Refused | Unclear:
    error: Mapping[str, str] = failure.response.get("Error", {})
    code, text = error.get("Code", ""), error.get("Message", "")
    status = int(failure.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))
    if code in TOO_FAST:
        daily = "daily" in text.lower()
        return NotAccepted("quota" if daily else THROTTLED, throttled=not daily, wait_seconds=HOUR if daily else None)
    if code in PAUSED:
        return NotAccepted(PAUSED[code], wait_seconds=HOUR)
    reason = _for_good(code, text.lower())
    if reason is not None:
        return Refused(reason)
    if status >= 500:
        return Unclear("provider_failed")
    return NotAccepted("not_accepted")


def _for_good(code: str, text: str) -> str | None:
    if "opted out" in text:
        return "opted_out"
    if code == "MessageRejected" and "not verified" in text:
        return "not_verified"  # in the sandbox the recipient must be verified too
    return FOR_GOOD.get(code)
