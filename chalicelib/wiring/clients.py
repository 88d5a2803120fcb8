"""One client per service and process, made on first use; endpoints come from the standard AWS_ENDPOINT_URL."""

from functools import cache
from typing import Any

from chalicelib.repos.table import Client

CONNECT_SECONDS = 2
READ_SECONDS = 6
ATTEMPTS = 3
SENDING_READ_SECONDS = 10  # a provider that is given up too early leaves a message of unknown fate


@cache
def _client(service: str, attempts: int = ATTEMPTS, read_seconds: int = READ_SECONDS) -> Client:
    import boto3  # noqa: PLC0415 -- the heaviest import of a cold start, paid when first used
    from botocore.config import Config  # noqa: PLC0415

    retries: Any = {"mode": "standard", "total_max_attempts": attempts}
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries=retries,
        tcp_keepalive=True,
        user_agent="facet",  # composed anew twice a call otherwise, which takes a tenth of a read's time
        parameter_validation=service != "dynamodb",  # repos build these shapes, and DynamoDB checks them itself
        signature_version="s3v4" if service == "s3" else None,
        s3={"addressing_style": "path"},  # presigned requests then work at every endpoint
    )
    return boto3.client(service, config=config)


def dynamodb() -> Client:
    """The table's client."""
    return _client("dynamodb")


def s3() -> Client:
    """The files' client."""
    return _client("s3")


def sqs() -> Client:
    """The queues' client."""
    return _client("sqs")


def events() -> Client:
    """The event bus's client."""
    return _client("events")


def ssm() -> Client:
    """The parameters' client."""
    return _client("ssm")


def cognito() -> Client:
    """The user pool's client."""
    return _client("cognito-idp")


def mail_account() -> Client:
    """What SES says of the account."""
    return _client("sesv2")


def mail() -> Client:
    """SES for sending. It tries once: the library's own retry of a timeout would send a mail twice."""
    return _client("sesv2", attempts=1, read_seconds=SENDING_READ_SECONDS)


def push_endpoints() -> Client:
    """SNS for the devices that show push messages; asking it twice does no harm."""
    return _client("sns")


def texts() -> Client:
    """SNS for sending texts and push messages, once as well."""
    return _client("sns", attempts=1, read_seconds=SENDING_READ_SECONDS)
