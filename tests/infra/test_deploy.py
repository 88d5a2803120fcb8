"""What a person meets who deploys without having prepared everything."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from infra.stages import stage
from tools import stack
from tools.account import Account
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


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "example"}
        yield Account(boto3.Session(region_name="eu-central-1", **keys), "123456789012", "eu-central-1")


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


def test_there_is_no_admin_without_a_stack(account: Account) -> None:
    with pytest.raises(stack.StackError, match="There is no stack facet-prod"):
        invite(account, stage("prod"), "a@example.com")
