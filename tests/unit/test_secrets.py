"""The signing key: made once, the same for everybody who asks."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.domain.errors import Unavailable
from chalicelib.repos.secrets import read_or_make

NAME = "/facet/test/signing-key"


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("ssm", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def test_the_first_to_ask_makes_it_and_all_get_the_same(ssm: Any) -> None:
    made = read_or_make(ssm, NAME)
    assert len(made) == 32
    assert read_or_make(ssm, NAME) == made


def test_it_is_kept_encrypted(ssm: Any) -> None:
    read_or_make(ssm, NAME)
    assert ssm.get_parameter(Name=NAME)["Parameter"]["Type"] == "SecureString"


def test_whoever_comes_second_takes_the_first_ones(ssm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between our look and our writing another process wrote its own."""
    real = ssm.put_parameter

    def slower(**arguments: Any) -> Any:
        real(Name=NAME, Value="ab" * 32, Type="SecureString")
        return real(**arguments)

    monkeypatch.setattr(ssm, "put_parameter", slower)
    assert read_or_make(ssm, NAME) == bytes.fromhex("ab" * 32)


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerError"])
def test_a_store_that_does_not_answer_is_unavailable(ssm: Any, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    def away(**_: Any) -> Any:
        raise ClientError({"Error": {"Code": code}}, "GetParameter")

    monkeypatch.setattr(ssm, "get_parameter", away)
    with pytest.raises(Unavailable):
        read_or_make(ssm, NAME)
