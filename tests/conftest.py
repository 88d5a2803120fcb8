"""The emulator, the table, the staff: what tests of the whole app stand on."""

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.support import emulator, figures, messaging
from tools import proof_figures

PASSWORD = "Correct-horse-7-battery"


def pytest_configure() -> None:
    """The processes of a run leave their figures in one folder; no test of made-up input fails for being slow."""
    hypothesis.settings.register_profile("facet", deadline=None)
    hypothesis.settings.load_profile("facet")
    os.environ.setdefault(figures.FOLDER, tempfile.mkdtemp(prefix="facet-figures-"))


def pytest_sessionfinish() -> None:
    """Leave this process's figures."""
    figures.leave(os.environ.get("PYTEST_XDIST_WORKER", "main"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What the proof tests covered."""
    found = proof_figures.collected(Path(os.environ[figures.FOLDER]))
    if found:
        terminalreporter.section("covered")
        for line in figures.lines(found):
            terminalreporter.line(line)


@dataclass
class Checks:
    """When the whole table is looked at again: the larger it grows, the longer that takes and the seldomer it is done.

    Which modules a look is about stands in its failure.
    """

    since: list[str] = field(default_factory=list)
    ended: float = 0.0
    lasted: float = 0.0

    def due(self) -> bool:
        """Whether ten times as long has passed as the last look took."""
        return time.monotonic() - self.ended >= 10 * self.lasted

    def look(self) -> None:
        """Check the table, for all modules since the last look."""
        from chalicelib.wiring.store import table
        from tests.support import invariants

        began, modules = time.monotonic(), ", ".join(self.since)
        self.since.clear()
        try:
            invariants.check(table())
        except AssertionError as defect:
            defect.add_note(f"After {modules}")
            raise
        finally:
            self.ended = time.monotonic()
            self.lasted = self.ended - began


@pytest.fixture(scope="session")
def _checks() -> Checks:
    return Checks()


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory, _checks: Checks) -> Iterator[str]:
    with emulator.running(tmp_path_factory.mktemp("emulator")) as address:
        emulator.use(address)
        yield address
        if _checks.since:  # at the end of all tests, for the last time
            _checks.look()


def _pool(cognito: Any) -> tuple[str, str]:
    pool = cognito.create_user_pool(PoolName="test", UsernameAttributes=["email"])["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="test",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    for role in ("admin", "manager", "sales", "inventory", "analyst"):
        cognito.create_group(UserPoolId=pool, GroupName=role)
    return pool, client


@pytest.fixture(scope="session")
def deployment(endpoint: str) -> dict[str, str]:
    """A table, a bucket, a queue and a user pool, and the environment that names them."""
    import boto3

    table = "facet-test"
    emulator.make_table(boto3.client("dynamodb"), table)
    boto3.client("s3").create_bucket(Bucket="facet-test-files")
    boto3.client("s3").create_bucket(Bucket="facet-test-audit", ObjectLockEnabledForBucket=True)
    queue = boto3.client("sqs").create_queue(QueueName="facet-test-imports")["QueueUrl"]
    pool, client = _pool(boto3.client("cognito-idp"))
    variables = {
        "FACET_STAGE": "test",
        "FACET_TABLE": table,
        "FACET_FILES_BUCKET": "facet-test-files",
        "FACET_AUDIT_BUCKET": "facet-test-audit",
        "FACET_USER_POOL_ID": pool,
        "FACET_CLIENT_ID": client,
        "FACET_ALLOWED_ORIGINS": "https://shop.example,https://till.example",
        "FACET_IMPORT_QUEUE_URL": queue,
        "FACET_SIGNING_KEY_PARAMETER": "/facet/test/signing-key",
        **messaging.make(),
    }
    os.environ.update(variables)
    return variables


def sign_in(deployment: dict[str, str], email: str, roles: tuple[str, ...]) -> str:
    """The access token of a new person with these roles."""
    import boto3

    cognito = boto3.client("cognito-idp")
    pool = deployment["FACET_USER_POOL_ID"]
    cognito.admin_create_user(
        UserPoolId=pool,
        Username=email,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": email}, {"Name": "name", "Value": email.partition("@")[0].title()}],
    )
    cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True)
    for role in roles:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=role)
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=deployment["FACET_CLIENT_ID"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
    )
    return str(answer["AuthenticationResult"]["AccessToken"])


@pytest.fixture(scope="session")
def tokens(deployment: dict[str, str]) -> dict[str, str]:
    """One token per role."""
    roles = ("admin", "manager", "sales", "inventory", "analyst")
    return {role: sign_in(deployment, f"{role}@shop.example", (role,)) for role in roles}


@pytest.fixture(scope="session")
def people(tokens: dict[str, str]) -> dict[str, Any]:
    """One caller per role, and a stranger."""
    from tests.support.api import Api

    callers = {role: Api(token) for role, token in tokens.items()}
    for caller in callers.values():  # the first request of a person writes them into the directory
        caller.get("/v1/customers?limit=1")
    return {**callers, "anonymous": Api()}


@pytest.fixture(scope="module", autouse=True)
def _invariants(request: pytest.FixtureRequest, _checks: Checks) -> Iterator[None]:
    """After modules that write, the whole table is checked."""
    yield
    if _used(request):
        _checks.since.append(request.node.name)
        if _checks.due():
            _checks.look()


def _used(request: pytest.FixtureRequest) -> bool:
    marked = request.node.get_closest_marker("emulator")
    return marked is not None and "FACET_TABLE" in os.environ


@pytest.fixture(scope="module")
def _world(request: pytest.FixtureRequest) -> Iterator[Any]:
    from tests.support.world import opened

    others = [item for item in request.session.items if item.get_closest_marker("emulator")]
    assert not [item for item in others if item.path == request.path], "the emulator's tests need a file of their own"
    with opened() as made_up:
        yield made_up


@pytest.fixture
def world(_world: Any) -> Any:
    """The made-up shop in memory (tests/support/world), as it was when it was built."""
    _world.reset()
    return _world


@pytest.fixture
def admin(people: dict[str, Any]) -> Any:
    return people["admin"]


@pytest.fixture
def manager(people: dict[str, Any]) -> Any:
    return people["manager"]


@pytest.fixture
def sales(people: dict[str, Any]) -> Any:
    return people["sales"]


@pytest.fixture(scope="session")
def root() -> Path:
    return emulator.ROOT
