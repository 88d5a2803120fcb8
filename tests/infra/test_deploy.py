"""What a person meets who deploys without having prepared everything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.functions import FUNCTIONS
from infra.stages import Stage, stage
from infra.template import final
from tests.infra.conftest import whole
from tools import deploy, package, stack
from tools.account import Account, current
from tools.first_admin import invite

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("command", [["tools/deploy.py", "dev"], ["tools/first_admin.py", "dev", "a@example.com"]])
def test_without_credentials_it_stops_with_one_sentence(tmp_path: Path, command: list[str]) -> None:
    # No file, variable or metadata service to take credentials from.
    surroundings = {"PATH": os.defpath, "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "No AWS credentials were found; nothing was deployed. See docs/deploy.md, Credentials."
    ]


def test_a_setting_given_once_stays_and_a_new_stack_takes_the_defaults() -> None:
    before = {
        "Parameters": [{"ParameterKey": "AlarmEmail", "ParameterValue": "a@example.com"}, {"ParameterKey": "CodeKey"}]
    }
    given = {"ParameterKey": "CodeKey", "ParameterValue": "new.zip"}
    assert stack._parameters(before, {"CodeKey": "new.zip"}) == [
        {"ParameterKey": "AlarmEmail", "UsePreviousValue": True},
        given,
    ]
    assert stack._parameters(None, {"CodeKey": "new.zip"}) == [given]


@pytest.fixture
def account(endpoint: str) -> Iterator[Account]:
    """The emulator as an account to deploy to."""
    found = current()
    assert found.session.client("s3").meta.endpoint_url == endpoint
    yield found
    for name in ("facet-trial", "facet-invited"):
        found.session.client("cloudformation").delete_stack(StackName=name)


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Says what the next packaging makes: a small app in place of the real one, in the template's real functions."""
    code = {"text": ""}

    def build(place: Path, at: Stage, _architecture: str) -> bool:
        place.mkdir(parents=True, exist_ok=True)
        template = final(whole(), at)
        (place / "template.json").write_text(json.dumps(template))
        with zipfile.ZipFile(place / "deployment.zip", "w") as content:
            content.writestr(zipfile.ZipInfo("app.py"), code["text"])
        return True

    def set_to(text: str) -> None:
        names = " = ".join(["app", *(name.lower() for name in FUNCTIONS)])
        code["text"] = f"VERSION = {text!r}\n{names} = lambda event, context: {{'batchItemFailures': []}}\n"

    monkeypatch.setattr(deploy, "ROOT", tmp_path)
    monkeypatch.setattr(package, "build", build)
    return set_to


@pytest.mark.emulator
def test_a_stage_is_made_left_alone_and_changed(
    account: Account, version: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    trial, functions = stage("trial"), account.session.client("lambda")
    version("first")
    said = deploy.deploy(account, trial)
    first = functions.get_function_configuration(FunctionName=said["ApiHandlerName"])["CodeSha256"]
    assert deploy.deploy(account, trial) == said
    version("second")
    assert deploy.deploy(account, trial) == said
    assert functions.get_function_configuration(FunctionName=said["ApiHandlerName"])["CodeSha256"] != first
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith("Deploying")] == [
        "Deployed.",
        "Nothing to change.",
        "Deployed.",
    ]


@pytest.mark.emulator
def test_the_first_admin_is_invited_once(account: Account, version: Callable[[str], None]) -> None:
    version("first")
    said = deploy.deploy(account, stage("invited"))
    assert invite(account, stage("invited"), "asha@example.com")
    assert not invite(account, stage("invited"), "asha@example.com")
    who = {"UserPoolId": said["UserPoolId"], "Username": "asha@example.com"}
    groups = account.session.client("cognito-idp").admin_list_groups_for_user(**who)["Groups"]
    assert [group["GroupName"] for group in groups] == ["admin"]


@pytest.mark.emulator
def test_there_is_no_admin_without_a_stack(account: Account) -> None:
    with pytest.raises(stack.StackError, match="There is no stack facet-nowhere"):
        invite(account, stage("nowhere"), "a@example.com")
