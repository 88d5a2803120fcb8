"""Tests of the emulator, run on the account in memory instead: a thousand guards are taken away, each in its process.

What the account in memory does not do fails there, and such a test is then no candidate.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

_ARN = "arn:aws:sns:us-east-1:000000000000:"
_NOTHING = ("CreateConfigurationSet", "CreateConfigurationSetEventDestination", "CreateEventBus", "Subscribe")


def use() -> None:
    """From now on the fixture that would start the emulator gives the account in memory."""
    from tests.support import emulator

    emulator.running = _running


@contextmanager
def _running(folder: Path) -> Iterator[str]:
    from chalicelib.wiring import tokens
    from tests.support.memory import Cloud, serving
    from tests.support.world import environment, pool

    cloud = Cloud()
    with ExitStack() as stack:
        stack.enter_context(patch.dict("os.environ"))
        stack.enter_context(serving(cloud))
        stack.enter_context(patch.object(BaseClient, "_make_api_call", _besides(cloud, BaseClient._make_api_call)))
        stack.enter_context(patch.object(tokens, "_published", pool.Published))
        environment._forget_all()
        yield environment.ENDPOINT
    environment._forget_all()


def _besides(cloud: Any, call: Any) -> Any:
    """The calls of the fixtures that no application makes."""
    from tests.support.world import pool

    canned = {
        **{operation: {} for operation in _NOTHING},
        "CreateUserPool": {"UserPool": {"Id": pool.POOL}},
        "CreateUserPoolClient": {"UserPoolClient": {"ClientId": pool.CLIENT}},
        "CreatePlatformApplication": {"PlatformApplicationArn": f"{_ARN}app/APNS/facet-test"},
    }

    def answer(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "CreateTopic":
            return {"TopicArn": f"{_ARN}{arguments['Name']}"}
        if operation == "AdminInitiateAuth":
            return {"AuthenticationResult": {"AccessToken": _token(cloud, arguments["AuthParameters"]["USERNAME"])}}
        return canned[operation] if operation in canned else call(client, operation, arguments)

    return answer


def _token(cloud: Any, email: str) -> str:
    from tests.support.world import pool

    for person in cloud.cognito.people.values():
        if person.attributes.get("email") == email:
            said = pool.claims(person.subject, *person.groups, iat=int(time.time()))
            return pool.signed(said)
    raise LookupError(email)
