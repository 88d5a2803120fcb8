"""Invites the first admin of a deployed stage: `make first-admin STAGE=dev EMAIL=you@example.com`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # as a script, only tools/ is on the path

from infra.stages import Stage, stage  # noqa: E402 - needs the path above
from tools import stack  # noqa: E402 - as above
from tools.account import Account, AccountError, current  # noqa: E402 - as above


def invite(account: Account, at: Stage, email: str) -> bool:
    """Creates the person in the user pool, who gets a mail with a first password, and makes them an admin.

    False when the person was there already and only the group was added. Raises StackError without a stack.
    """
    pool = stack.outputs(account.session.client("cloudformation"), f"facet-{at.name}")["UserPoolId"]
    cognito = account.session.client("cognito-idp")
    created = _create(cognito, pool, email)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName="admin")
    return created


def _create(cognito: Any, pool: str, email: str) -> bool:
    # Verified: without it the person cannot reset a forgotten password.
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    try:
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=email,
            UserAttributes=attributes,
            DesiredDeliveryMediums=["EMAIL"],
        )
    except cognito.exceptions.UsernameExistsException:
        return False
    return True


def main() -> int:
    """Invites the person named on the command line; 1 and one sentence when that fails."""
    parser = argparse.ArgumentParser(description="Invite the first admin of a deployed stage.")
    parser.add_argument("stage", type=stage)
    parser.add_argument("email")
    given = parser.parse_args()
    if "@" not in given.email:
        print("Say who: make first-admin STAGE=dev EMAIL=you@example.com", file=sys.stderr)
        return 1
    try:
        created = invite(current(), given.stage, given.email)
    except (AccountError, stack.StackError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    done = "was invited by mail" if created else "was there already"
    print(f"{given.email} {done} and is an admin of facet-{given.stage.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
