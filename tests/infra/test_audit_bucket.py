"""The bucket of the seals: written once, kept for years, removed by nobody."""

from __future__ import annotations

from typing import Any

import pytest

from infra import stages
from infra.template import final
from tests.infra.conftest import whole

Resources = dict[str, dict[str, Any]]


def bucket_of(stage: str) -> dict[str, Any]:
    template = final(whole(), stages.stage(stage))
    found: dict[str, Any] = template["Resources"]["AuditBucket"]["Properties"]
    return found


def statement(resources: Resources, sid: str) -> dict[str, Any]:
    policy = resources["AuditBucketPolicy"]["Properties"]["PolicyDocument"]
    (found,) = [each for each in policy["Statement"] if each["Sid"] == sid]
    return dict(found)


@pytest.mark.parametrize(("stage", "mode", "years"), [("dev", "GOVERNANCE", 1), ("prod", "COMPLIANCE", 7)])
def test_what_is_written_is_locked_for_years(stage: str, mode: str, years: int) -> None:
    properties = bucket_of(stage)
    assert properties["ObjectLockEnabled"] is True
    retention = properties["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert retention == {"Mode": mode, "Years": {"Ref": "AuditRetentionYears"}}
    parameter = final(whole(), stages.stage(stage))["Parameters"]["AuditRetentionYears"]
    assert (parameter["Default"], parameter["MinValue"]) == (years, 1)


def test_nothing_expires_there(resources: Resources) -> None:
    assert "LifecycleConfiguration" not in resources["AuditBucket"]["Properties"]


def test_nobody_removes_or_unlocks_a_seal(resources: Resources) -> None:
    refused = statement(resources, "NobodyRemoves")
    assert (refused["Effect"], refused["Principal"], refused.get("Condition")) == ("Deny", "*", None)
    assert {
        "s3:BypassGovernanceRetention",
        "s3:DeleteBucket",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:PutObjectLegalHold",
        "s3:PutObjectRetention",
    } == set(refused["Action"])
    assert {"Fn::Sub": "${AuditBucket.Arn}/*"} in refused["Resource"]


def test_nobody_writes_over_a_seal(resources: Resources) -> None:
    refused = statement(resources, "NobodyOverwrites")
    assert (refused["Effect"], refused["Principal"], refused["Action"]) == ("Deny", "*", ["s3:PutObject"])
    assert refused["Condition"] == {"Null": {"s3:if-none-match": "true"}}


def test_the_sweeps_alone_know_the_bucket_and_may_put_and_read(resources: Resources) -> None:
    knowing = {
        name
        for name, item in resources.items()
        if item["Type"] == "AWS::Lambda::Function"
        and "FACET_AUDIT_BUCKET" in item["Properties"]["Environment"]["Variables"]
    }
    assert knowing == {"Sweeps"}
    allowed: dict[str, set[str]] = {}
    for name, item in resources.items():
        if item["Type"] == "AWS::IAM::Role":
            (policy,) = item["Properties"]["Policies"]
            for each in policy["PolicyDocument"]["Statement"]:
                if "AuditBucket" in str(each.get("Resource")):
                    allowed.setdefault(name, set()).update(each["Action"])
    assert allowed == {"SweepsRole": {"s3:GetObject", "s3:PutObject", "s3:ListBucket"}}


def test_the_seal_is_due_at_two_in_the_morning_utc(resources: Resources) -> None:
    schedule = resources["SealSchedule"]["Properties"]
    assert schedule["ScheduleExpression"] == "cron(0 2 * * ? *)"
    assert "ScheduleExpressionTimezone" not in schedule  # UTC
