"""Deploys the packaged app to the local AWS and makes one person for each role: `python prepare.py PORT`.

A process of its own, so that the launcher keeps no AWS client in memory. Nothing is done twice: the stack is left alone
while template and code are the deployed ones, and people are made on the first start only.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not this folder, whose names hide the library's

import contextlib
import hashlib  # after the path is right
import json
import secrets
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.place import ROLES, ROOT, STAGE, Place, Refusal, place, read_json, write_json
from local.processes import die_with_parent
from tools import stack

_REGION = "us-east-1"
_BUCKET = "facet-local-deployments"
_PLATFORMS = {"Apns": "APNS", "Fcm": "GCM"}
_APPLICATIONS = f"arn:aws:sns:{_REGION}:000000000000:app"
_BUILD = ROOT / ".facet" / "build"
_NAMES = {
    "admin": "Asha Rao",
    "manager": "Devika Menon",
    "sales": "Rohan Mehta",
    "inventory": "Imran Shaikh",
    "analyst": "Lakshmi Iyer",
}


def client(name: str, port: int, patience: int = 60) -> Any:
    """A client of the local AWS that waits so many seconds for an answer; its credentials are made up."""
    return boto3.client(
        name,
        region_name=_REGION,
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="local",
        aws_secret_access_key="local",  # nosec B106  # noqa: S106 - the emulator asks for one and does not check it
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 3}, read_timeout=patience),
    )


def stamp(given: Mapping[str, str]) -> str:
    """Tells one package with these parameters from another."""
    parameters = json.dumps(given, sort_keys=True)
    return hashlib.sha256((_BUILD / "template.json").read_bytes() + (_zip_digest() + parameters).encode()).hexdigest()


def parameters(web: int) -> dict[str, str]:
    """What an administrator would give the stack: where people reach it, who its mails are from, its apps."""
    applications = {f"Push{name}Arn": f"{_APPLICATIONS}/{kind}/facet-{STAGE}" for name, kind in _PLATFORMS.items()}
    return {"PublicUrl": f"http://127.0.0.1:{web}", "SenderEmail": "shop@facet.example", **applications}


def _make_applications(port: int) -> None:
    """The SNS platform applications that an administrator makes with the credentials of the shop's own apps."""
    sns = client("sns", port)
    for kind in _PLATFORMS.values():
        sns.create_platform_application(
            Name=f"facet-{STAGE}", Platform=kind, Attributes={"PlatformCredential": "local"}
        )


def _zip_digest() -> str:
    return hashlib.sha256((_BUILD / "deployment.zip").read_bytes()).hexdigest()


def deploy(port: int, given: Mapping[str, str]) -> dict[str, str]:
    """Creates or updates the stack with these parameters; returns its outputs. Raises stack.StackError."""
    s3, code = client("s3", port), f"{_zip_digest()}.zip"
    template = f"{hashlib.sha256((_BUILD / 'template.json').read_bytes()).hexdigest()}.json"
    s3.create_bucket(Bucket=_BUCKET)
    s3.put_object(Bucket=_BUCKET, Key=code, Body=(_BUILD / "deployment.zip").read_bytes())
    s3.put_object(Bucket=_BUCKET, Key=template, Body=(_BUILD / "template.json").read_bytes())
    _make_applications(port)
    cloudformation, name = client("cloudformation", port), f"facet-{STAGE}"
    url = f"http://127.0.0.1:{port}/{_BUCKET}/{template}"
    stack.apply(cloudformation, name, url, {"CodeBucket": _BUCKET, "CodeKey": code, **given})
    _remove_all_but(s3, {code, template})
    return stack.outputs(cloudformation, name)


def _remove_all_but(s3: Any, kept: set[str]) -> None:
    """Removes the packages of earlier deployments: the local AWS holds them in memory, 15 MB each."""
    for found in s3.list_objects_v2(Bucket=_BUCKET).get("Contents", ()):
        if found["Key"] not in kept:
            s3.delete_object(Bucket=_BUCKET, Key=found["Key"])


def environment(port: int, outputs: dict[str, str]) -> dict[str, str]:
    """The variables that the deployed HTTP function has, for the local web server."""
    found = client("lambda", port).get_function_configuration(FunctionName=outputs["ApiHandlerName"])
    held: dict[str, str] = found["Environment"]["Variables"]
    return held


def make_staff(port: int, outputs: dict[str, str], at: Place) -> None:
    """One person for each role. The passwords are written first, so an interrupted start goes on with the same."""
    staff = read_json(at.staff)
    if staff is None:
        staff = {role: {"email": f"{role}@store.example.com", "password": secrets.token_urlsafe(18)} for role in ROLES}
        write_json(at.staff, staff)
    cognito, pool = client("cognito-idp", port), outputs["UserPoolId"]
    for role, person in staff.items():
        _make_person(cognito, pool, role, person)


def _make_person(cognito: Any, pool: str, role: str, person: dict[str, str]) -> None:
    attributes = {"email": person["email"], "email_verified": "true", "name": _NAMES[role]}
    with contextlib.suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=person["email"],
            UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
            MessageAction="SUPPRESS",
        )
    who = {"UserPoolId": pool, "Username": person["email"]}
    cognito.admin_set_user_password(**who, Password=person["password"], Permanent=True)
    cognito.admin_add_user_to_group(**who, GroupName=role)


def prepare(port: int, at: Place) -> None:
    """Everything that a start needs in the local AWS. Raises Refusal and stack.StackError."""
    before = read_json(at.prepared) or {}
    given = parameters(read_json(at.instance)["port"])
    wanted = stamp(given)
    if before.get("stamp") == wanted:
        return
    print("Deploying the package to the local AWS …", flush=True)
    outputs = deploy(port, given)
    if not before:
        print("Making one person for each role …", flush=True)
        make_staff(port, outputs, at)
    write_json(at.prepared, {"stamp": wanted, "outputs": outputs, "environment": environment(port, outputs)})


def main() -> int:
    """Prepares the instance of DATA_DIR; 1 and one sentence when that fails."""
    die_with_parent()
    try:
        prepare(int(sys.argv[1]), place())
    except (Refusal, stack.StackError) as error:
        print(error, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError, OSError) as error:
        print(f"The package could not be deployed to the local AWS: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
