"""The ways in which an AWS call fails, in each service's own words."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from tests.support.faults import Died

Arguments = Mapping[str, Any]
Strike = Callable[[Any, str, Arguments], BaseException]
TRANSACTION = "TransactWriteItems"
WRITES = frozenset((TRANSACTION, "PutItem", "UpdateItem", "DeleteItem"))
QUARTER = timedelta(minutes=15)
# What each service says when it is asked too often, and when it is broken, by the error lists of their API references.
THROTTLES = {
    "dynamodb": ("ThrottlingException", 400),
    "s3": ("SlowDown", 503),
    "sqs": ("RequestThrottled", 403),
    "sns": ("Throttled", 429),
    "sesv2": ("TooManyRequestsException", 429),
    "ssm": ("ThrottlingException", 400),
    "events": ("ThrottlingException", 400),
    "cognito-idp": ("TooManyRequestsException", 400),
}
BREAKS = {
    "dynamodb": "InternalServerError",
    "s3": "InternalError",
    "sqs": "InternalFailure",
    "sns": "InternalError",
    "sesv2": "InternalServiceErrorException",
    "ssm": "InternalServerError",
    "events": "InternalException",
    "cognito-idp": "InternalErrorException",
}


@dataclass(frozen=True)
class Fault:
    """What happens at a call: instead of it or after it, once or several times.

    `only` says which operations can fail so; `shift` by how much the clock of the next try differs; `repeated` that the
    client library sends the call twice, as it does when the first answer is lost.
    """

    name: str
    strike: Strike | None = None
    after: bool = False
    times: int = 1
    only: frozenset[str] | None = None
    shift: timedelta = timedelta()
    repeated: bool = False

    def applies(self, operation: str) -> bool:
        """Whether this operation can fail so."""
        return self.only is None or operation in self.only

    @property
    def lasts(self) -> bool:
        """Whether it strikes for as long as the attempt goes on."""
        return self.times == sys.maxsize


def _refused(client: Any, operation: str, code: str, status: int) -> BaseException:
    error: Any = {"Error": {"Code": code, "Message": "made up"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    made: BaseException = client.exceptions.from_code(code)(error, operation)
    return made


def throttled(client: Any, operation: str, _: Arguments) -> BaseException:
    """The service is asked too often."""
    return _refused(client, operation, *THROTTLES[client.meta.service_model.service_name])


def broken(client: Any, operation: str, _: Arguments) -> BaseException:
    """The service fails: a 500."""
    return _refused(client, operation, BREAKS[client.meta.service_model.service_name], 500)


def silent(_: Any, __: str, ___: Arguments) -> BaseException:
    """No answer comes."""
    error: BaseException = ReadTimeoutError(endpoint_url="http://store.invalid")
    return error


def dead(_: Any, __: str, ___: Arguments) -> BaseException:
    """The process ends."""
    return Died()


def conflicting(client: Any, operation: str, arguments: Arguments) -> BaseException:
    """Another transaction is at one of the items."""
    if operation != TRANSACTION:
        return _refused(client, operation, "TransactionConflictException", 400)
    reasons = [{"Code": "TransactionConflict"}] + [{"Code": "None"}] * (len(arguments["TransactItems"]) - 1)
    code = "TransactionCanceledException"
    error: Any = {"Error": {"Code": code}, "CancellationReasons": reasons, "ResponseMetadata": {"HTTPStatusCode": 400}}
    refusal: BaseException = ClientError(error, operation)
    return refusal


def in_progress(client: Any, operation: str, _: Arguments) -> BaseException:
    """The same transaction is under way."""
    return _refused(client, operation, "TransactionInProgressException", 400)


BEFORE = (Fault("throttled", throttled), Fault("500", broken), Fault("timeout before", silent))
AFTER = Fault("timeout after the commit", silent, after=True)
DIES_BEFORE, DIES_AFTER = Fault("process dies before", dead), Fault("process dies after the commit", dead, after=True)
BUSY = Fault("conflict for as long as it lasts", conflicting, times=sys.maxsize, only=frozenset((TRANSACTION,)))
FAULTS = (
    *BEFORE,
    AFTER,
    DIES_BEFORE,
    DIES_AFTER,
    Fault("conflict three times", conflicting, times=3, only=WRITES),
    Fault("transaction in progress", in_progress, only=frozenset((TRANSACTION,))),
    BUSY,
    Fault("sent twice by the library", repeated=True),
    Fault("timeout after, and a clock 15 min ahead", silent, after=True, shift=QUARTER),
    Fault("timeout after, and a clock 15 min behind", silent, after=True, shift=-QUARTER),
)
