"""What the app finds around it in the made-up shop: its settings, services in memory, nothing remembered."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from chalicelib.repos import transaction
from chalicelib.wiring import jobs, shop, tokens
from tests.support import emulator
from tests.support.memory import Cloud, serving
from tests.support.world import pool
from tests.support.world.clock import Clock

TABLE = "facet-test"
FILES, AUDIT = "facet-test-files", "facet-test-audit"
ENDPOINT = "http://memory.invalid"
QUEUES = {name: f"{ENDPOINT}/000000000000/facet-test-{name}" for name in ("imports", "outreach", "sending")}
PROVIDER_TOPICS = tuple(f"arn:aws:sns:us-east-1:000000000000:facet-test-{name}" for name in ("mail-events", "texts"))
PUBLIC_URL = "https://api.shop.example/api"
VARIABLES = {
    "FACET_STAGE": "test",
    "FACET_TABLE": TABLE,
    "FACET_FILES_BUCKET": FILES,
    "FACET_AUDIT_BUCKET": AUDIT,
    "FACET_USER_POOL_ID": pool.POOL,
    "FACET_CLIENT_ID": pool.CLIENT,
    "FACET_ALLOWED_ORIGINS": "https://shop.example,https://till.example",
    "FACET_IMPORT_QUEUE_URL": QUEUES["imports"],
    "FACET_OUTREACH_QUEUE_URL": QUEUES["outreach"],
    "FACET_SENDING_QUEUE_URL": QUEUES["sending"],
    "FACET_SIGNING_KEY_PARAMETER": "/facet/test/signing-key",
    "FACET_BUS": "facet-test",
    "FACET_CONFIGURATION_SET": "facet-test",
    "FACET_SENDER_EMAIL": "hello@shop.example",
    "FACET_PROVIDER_TOPICS": ",".join(PROVIDER_TOPICS),
    "FACET_PUBLIC_URL": PUBLIC_URL,
    "FACET_PUSH_APNS_ARN": "arn:aws:sns:us-east-1:000000000000:app/APNS/facet-test",
    "AWS_ENDPOINT_URL": ENDPOINT,
    "AWS_REGION": pool.REGION,
    "AWS_DEFAULT_REGION": pool.REGION,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


def restart() -> None:
    """Forget what a process remembers, as a new one would; its clients stay, they remember nothing."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("chalicelib.wiring.", "chalicelib.config")) and not name.endswith(".clients"):
            for cached in vars(module).values():
                if hasattr(cached, "cache_clear") and getattr(cached, "__module__", "") == name:
                    cached.cache_clear()
    for reading in readings():
        reading.forget()
    tokens._verified.clear()


def readings() -> list[shop.Cached[Any]]:
    """What a process reads at most once in a while: staff, settings, templates."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("chalicelib.wiring.")]
    return [each for module in modules for each in vars(module).values() if isinstance(each, shop.Cached)]


@contextmanager
def entered(cloud: Cloud, clock: Clock) -> Iterator[None]:
    """Let the app of this process run on the cloud, by the clock."""
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, VARIABLES))
        stack.enter_context(serving(cloud))
        stack.enter_context(_unhurried(clock))
        stack.enter_context(patch.object(tokens, "_published", pool.Published))
        _forget_all()
        clock.start()
        try:
            yield
        finally:
            clock.stop()
            _forget_all()


@contextmanager
def _unhurried(clock: Clock) -> Iterator[None]:
    """Waiting takes no time."""
    with (
        patch("time.sleep", clock.sleep),
        patch.dict(transaction.commit_with_retry.__kwdefaults__, pause=clock.sleep),
        patch.object(jobs.patiently, "__defaults__", (clock.sleep,)),
    ):
        yield


def _forget_all() -> None:
    from chalicelib.wiring import clients

    clients._client.cache_clear()
    restart()


def make_services(cloud: Cloud) -> None:
    """What the template makes: table, buckets, queues, topics, the pool with its groups."""
    import boto3

    emulator.make_table(boto3.client("dynamodb"), TABLE)
    cloud.make_bucket(FILES)
    cloud.make_bucket(AUDIT, locked=True)
    for url in QUEUES.values():
        cloud.make_queue(url)


def make_person(name: str, *groups: str) -> str:
    """A person of the pool; the unchanging id that their tokens carry."""
    import boto3

    cognito: Any = boto3.client("cognito-idp")
    email = f"{name}@shop.example"
    made = cognito.admin_create_user(
        UserPoolId=pool.POOL,
        Username=email,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": email}, {"Name": "name", "Value": name.title()}],
    )
    for group in groups:
        cognito.admin_add_user_to_group(UserPoolId=pool.POOL, Username=email, GroupName=group)
    attributes = {each["Name"]: each["Value"] for each in made["User"]["Attributes"]}
    return str(attributes["sub"])
