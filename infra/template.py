"""Turns the template that `chalice package` makes into the one that is deployed.

From Chalice's come the functions (handler, runtime, architecture); not its Swagger, role and SAM transform.
"""

from __future__ import annotations

from typing import Any

from infra import (
    alarms,
    api,
    audit,
    dashboard,
    files,
    functions,
    messages,
    providers,
    queues,
    roles,
    schedules,
    table,
    users,
)
from infra.intrinsics import Resources
from infra.outputs import conditions, outputs, parameters
from infra.stages import Stage
from infra.tags import tagged

Template = dict[str, Any]


def final(generated: Template, stage: Stage) -> Template:
    """The whole CloudFormation template of `stage`.

    Raises TemplateError when app.py and infra/ disagree, ScheduleError for a file in schedules/ that cannot be used.
    """
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Facet, the CRM for jewellers ({stage.name})",
        "Parameters": parameters(stage.audit_retention_years),
        "Conditions": conditions(),
        "Resources": tagged(_resources(generated["Resources"], stage), stage.name),
        "Outputs": outputs(stage.name),
    }


def _resources(generated: Resources, stage: Stage) -> Resources:
    return {
        **table.resources(stage.name),
        **files.resources(stage.name),
        **audit.resources(stage.name),
        **queues.resources(stage.name),
        **messages.resources(stage.name),
        **providers.resources(stage.name),
        **schedules.resources(stage.name),
        **users.resources(stage.name),
        **roles.resources(stage.name),
        **functions.resources(generated, stage.name, stage.log_retention_days),
        **functions.permission(),
        **api.resources(stage.name),
        **alarms.resources(stage.name),
        **dashboard.resources(stage.name),
    }
