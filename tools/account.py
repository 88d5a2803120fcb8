"""The AWS account that the person's credentials open, checked before anything else is done."""

from __future__ import annotations

import os
from dataclasses import dataclass

import boto3
from botocore.exceptions import BotoCoreError, ClientError

HELP = "See docs/deploy.md, Credentials."


class AccountError(Exception):
    """There is no account to work in: one sentence."""


@dataclass(frozen=True)
class Account:
    """Where the stack goes."""

    session: boto3.Session
    number: str
    region: str


def current() -> Account:
    """The account and region of the credentials in use; AccountError when they are missing or refused."""
    # boto3 itself reads AWS_DEFAULT_REGION only; every other AWS tool reads AWS_REGION.
    session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
    try:
        if session.get_credentials() is None:
            raise AccountError(f"No AWS credentials were found; nothing was deployed. {HELP}")
        if session.region_name is None:
            raise AccountError(f"No AWS region is set: set AWS_REGION, for example to eu-central-1. {HELP}")
        number = session.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise AccountError(f"AWS did not accept your credentials ({error}). {HELP}") from error
    return Account(session, number, session.region_name)
