"""A CloudFormation stack made or changed through a change set, told as it happens."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError, WaiterError

TAKES_AT_MOST_SECONDS = 1800


class StackError(Exception):
    """The stack could not be made or changed: one sentence."""


def apply(client: Any, name: str, template_url: str, parameters: Mapping[str, str]) -> bool:
    """Creates or updates the stack `name`; False when it already is as the template says.

    Parameters that are not given keep their value, or take their default in a new stack. Raises StackError.
    """
    before = describe(client, name)
    status = before["StackStatus"] if before else "REVIEW_IN_PROGRESS"
    if status == "ROLLBACK_COMPLETE":
        raise StackError(f"The stack {name} could not be made last time: delete it, then deploy again.")
    kind = "CREATE" if status == "REVIEW_IN_PROGRESS" else "UPDATE"
    change_set = f"facet-{uuid.uuid4().hex}"  # two deployments may begin in one second
    client.create_change_set(
        StackName=name,
        ChangeSetName=change_set,
        ChangeSetType=kind,
        TemplateURL=template_url,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        # The table and the bucket outlive their stack; a new one takes them back instead of failing on their names.
        ImportExistingResources=True,
        Parameters=_parameters(before if kind == "UPDATE" else None, parameters),
    )
    if not _is_ready(client, name, change_set):
        return False
    client.execute_change_set(StackName=name, ChangeSetName=change_set)
    _wait(client, name, kind)
    return True


def describe(client: Any, name: str) -> dict[str, Any] | None:
    """The stack as CloudFormation describes it, or None when there is none."""
    try:
        found: dict[str, Any] = client.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return None if found["StackStatus"] == "DELETE_COMPLETE" else found


def outputs(client: Any, name: str) -> dict[str, str]:
    """The outputs of the stack; StackError when there is no such stack."""
    found = describe(client, name)
    if found is None:
        raise StackError(f"There is no stack {name} in this account and region; deploy it first.")
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def _parameters(before: dict[str, Any] | None, given: Mapping[str, str]) -> list[dict[str, Any]]:
    known = {item["ParameterKey"] for item in (before or {}).get("Parameters", [])}
    kept = [{"ParameterKey": key, "UsePreviousValue": True} for key in sorted(known - given.keys())]
    return [*kept, *({"ParameterKey": key, "ParameterValue": value} for key, value in given.items())]


def _is_ready(client: Any, name: str, change_set: str) -> bool:
    which = {"StackName": name, "ChangeSetName": change_set}
    try:
        client.get_waiter("change_set_create_complete").wait(**which, WaiterConfig=_patience(300))
    except WaiterError as error:
        reason = client.describe_change_set(**which).get("StatusReason", str(error))
        client.delete_change_set(**which)
        if "didn't contain changes" in reason or "No updates" in reason:
            return False
        raise StackError(f"CloudFormation refused the change: {reason}") from error
    return True


def _wait(client: Any, name: str, kind: str) -> None:
    waiter = client.get_waiter(f"stack_{kind.lower()}_complete")
    try:
        waiter.wait(StackName=name, WaiterConfig=_patience(TAKES_AT_MOST_SECONDS))
    except WaiterError as error:
        raise StackError(f"The stack {name} was rolled back: {_first_failure(client, name)}") from error


def _patience(seconds: int) -> dict[str, int]:
    return {"Delay": 1, "MaxAttempts": seconds}


def _first_failure(client: Any, name: str) -> str:
    events = client.describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
    if not failed:
        return "see its events in the CloudFormation console."
    oldest = failed[-1]
    return f"{oldest['LogicalResourceId']}: {oldest.get('ResourceStatusReason', 'no reason given')}"
