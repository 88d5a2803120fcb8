"""Puts Facet on AWS: `make deploy STAGE=dev`."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # as a script, only tools/ is on the path

from infra.stages import Stage, stage  # noqa: E402 - needs the path above
from tools import package, stack, test_events  # noqa: E402 - as above
from tools.account import Account, AccountError, current  # noqa: E402 - as above

ARCHITECTURE = "x86_64"
PARAMETERS = {
    "AllowedOrigins": "ALLOWED_ORIGINS",
    "AlarmEmail": "ALARM_EMAIL",
    "AuditRetentionYears": "AUDIT_RETENTION_YEARS",
    "RestoredTable": "RESTORED_TABLE",
    "RestoredStream": "RESTORED_STREAM",
    "PublicUrl": "PUBLIC_URL",
    "SenderEmail": "SENDER_EMAIL",
    "SenderVerified": "SENDER_VERIFIED",
    "PushApnsArn": "PUSH_APNS_ARN",
    "PushFcmArn": "PUSH_FCM_ARN",
}


def deploy(account: Account, at: Stage) -> dict[str, str]:
    """Packages, uploads, and creates or updates the stack; returns its outputs.

    Raises one of package.PROBLEMS or StackError.
    """
    place = ROOT / ".facet" / "deploy" / at.name
    package.build(place, at, ARCHITECTURE)
    bucket = _bucket(account)
    code = _upload(account, bucket, place / "deployment.zip")
    template = _upload(account, bucket, place / "template.json")
    print(f"Deploying facet-{at.name} to account {account.number}, {account.region} …", flush=True)
    given = {key: os.environ[name] for key, name in PARAMETERS.items() if name in os.environ}
    client = account.session.client("cloudformation")
    changed = stack.apply(
        client, f"facet-{at.name}", _url(account, bucket, template), {"CodeBucket": bucket, "CodeKey": code, **given}
    )
    print("Deployed." if changed else "Nothing to change.")
    return stack.outputs(client, f"facet-{at.name}")


def _bucket(account: Account) -> str:
    """The bucket for what is deployed, one per account and region, made on first use."""
    name = f"facet-deployments-{account.number}-{account.region}"
    s3 = account.session.client("s3")
    owner = {"Bucket": name, "ExpectedBucketOwner": account.number}
    try:
        s3.head_bucket(**owner)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
            raise
        # us-east-1 is the one region that may not be named.
        where = {} if account.region == "us-east-1" else {"LocationConstraint": account.region}
        s3.create_bucket(Bucket=name, **({"CreateBucketConfiguration": where} if where else {}))
    closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(**owner, PublicAccessBlockConfiguration=dict.fromkeys(closed, True))
    return name


def _upload(account: Account, bucket: str, file: Path) -> str:
    """Uploads under the content's hash, so that another content is another key; returns the key."""
    content = file.read_bytes()
    key = f"{hashlib.sha256(content).hexdigest()[:32]}{file.suffix}"
    account.session.client("s3").put_object(Bucket=bucket, Key=key, Body=content, ExpectedBucketOwner=account.number)
    return key


def _url(account: Account, bucket: str, key: str) -> str:
    endpoint = account.session.client("s3").meta.endpoint_url
    return f"{endpoint}/{bucket}/{key}"


def save_test_events(client: Any, function: str) -> None:
    """Saves test events for the console; when that fails, says so and leaves the deployment as it is."""
    try:
        test_events.save(client, function)
    except (BotoCoreError, ClientError, ValueError) as error:
        print(
            f"Deployed, but the test events of {function} could not be saved for the console: {error}", file=sys.stderr
        )


def main() -> int:
    """Deploys the stage named on the command line; 1 and one sentence when that fails."""
    parser = argparse.ArgumentParser(description="Put Facet on AWS.")
    parser.add_argument("stage", type=stage, nargs="?", default=stage("dev"))
    at = parser.parse_args().stage
    try:
        account = current()
        said = deploy(account, at)
    except (*package.PROBLEMS, AccountError, stack.StackError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    save_test_events(account.session.client("schemas"), said["SweepsName"])
    for name, value in sorted(said.items()):
        print(f"  {name:22} {value}")
    print(f"First admin, once: make first-admin STAGE={at.name} EMAIL=you@example.com")
    return 0


if __name__ == "__main__":
    sys.exit(main())
