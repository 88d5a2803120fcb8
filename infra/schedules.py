"""The schedules of the sweeps, made from what stands in schedules/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from infra.intrinsics import Resource, Resources, attribute, ref

FOLDER = Path(__file__).resolve().parent.parent / "schedules"


class ScheduleError(Exception):
    """A file in schedules/ does not say what a schedule needs: one sentence."""


def definitions(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """What stands in the files, by name. Raises ScheduleError."""
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise ScheduleError(f"{path.name} is not JSON: {error}.") from error
    wanted = {"name", "description", "expression", "target", "input", "retry", "dead_letter_queue"}
    if found.keys() != wanted or found["name"] != path.stem:
        raise ScheduleError(f"{path.name} must hold {', '.join(sorted(wanted))}, and the name of its file.")
    return found


def resources(stage: str) -> Resources:
    """The group and a schedule for each file."""
    group = {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": f"facet-{stage}"}}
    made = {_logical(each["name"]): _schedule(stage, each) for each in definitions()}
    return {"ScheduleGroup": group, **made}


def targets() -> set[str]:
    """The functions that schedules start."""
    return {each["target"] for each in definitions()}


def _logical(name: str) -> str:
    return "".join(part.title() for part in name.split("-")) + "Schedule"


def _schedule(stage: str, given: dict[str, Any]) -> Resource:
    target = {
        "Arn": attribute(given["target"], "Arn"),
        "RoleArn": attribute("SchedulerRole", "Arn"),
        "Input": json.dumps(given["input"]),
        "RetryPolicy": {
            "MaximumRetryAttempts": given["retry"]["attempts"],
            "MaximumEventAgeInSeconds": given["retry"]["seconds"],
        },
        "DeadLetterConfig": {"Arn": attribute(given["dead_letter_queue"], "Arn")},
    }
    properties = {
        "Name": f"facet-{stage}-{given['name']}",
        "GroupName": ref("ScheduleGroup"),
        "Description": given["description"],
        "ScheduleExpression": given["expression"],
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": target,
    }
    return {"Type": "AWS::Scheduler::Schedule", "Properties": properties}
