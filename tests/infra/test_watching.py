"""What an admin sees and is told: alarms, each with its runbook, and the dashboard."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from infra.functions import FUNCTIONS

Resources = dict[str, dict[str, Any]]
OPERATIONS = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text()


def of_type(resources: Resources, kind: str) -> dict[str, dict[str, Any]]:
    return {name: item["Properties"] for name, item in resources.items() if item["Type"] == kind}


def test_few_enough_alarms_and_each_with_a_runbook(resources: Resources) -> None:
    alarms = of_type(resources, "AWS::CloudWatch::Alarm")
    assert 5 <= len(alarms) <= 10
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
        runbook = alarm["AlarmDescription"].rpartition("docs/operations.md, ")[2].rstrip(".")
        assert f"\n### {runbook}\n" in OPERATIONS


def test_the_dead_letter_queue_has_an_alarm(resources: Resources) -> None:
    watched = json.dumps(resources["ImportsFailedAlarm"]["Properties"]["Dimensions"])
    assert "ImportDeadLetterQueue" in watched


def test_the_dashboard_is_valid_and_names_what_exists(resources: Resources) -> None:
    body = resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert len(json.loads(body)["widgets"]) == 8
    named = set(re.findall(r"facet-dev[a-z-]*", body))
    queues = {item["QueueName"] for item in of_type(resources, "AWS::SQS::Queue").values()}
    functions = {item["FunctionName"] for item in of_type(resources, "AWS::Lambda::Function").values()}
    assert named <= {"facet-dev", *queues, *functions}


def test_errors_of_every_function_behind_the_api_are_one_alarm(resources: Resources) -> None:
    filters = of_type(resources, "AWS::Logs::MetricFilter")
    watched = {
        item["LogGroupName"]["Ref"]
        for item in filters.values()
        if item["MetricTransformations"][0]["MetricName"] == "function-errors-dev"
    }
    assert watched == {f"{name}Logs" for name in FUNCTIONS if name != "APIHandler"}
    for item in filters.values():
        if item["LogGroupName"]["Ref"] in watched:
            assert item["FilterPattern"] == '?ERROR ?CRITICAL ?"Task timed out" ?"Runtime exited"'
    alarm = resources["FunctionErrorsAlarm"]["Properties"]
    assert (alarm["MetricName"], alarm["Namespace"]) == ("function-errors-dev", "Facet")


def test_what_failed_five_times_is_told(resources: Resources) -> None:
    alarm = resources["MessagesFailedAlarm"]["Properties"]
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["DeadLetterQueue", "QueueName"]}}]
    assert (alarm["Threshold"], alarm["MetricName"]) == (1, "ApproximateNumberOfMessagesVisible")


def test_at_most_ten_alarms_and_metrics_so_that_they_cost_nothing(resources: Resources) -> None:
    assert len(of_type(resources, "AWS::CloudWatch::Alarm")) <= 10
    metrics = {
        item["MetricTransformations"][0]["MetricName"]
        for item in of_type(resources, "AWS::Logs::MetricFilter").values()
    }
    assert metrics == {"unauthorized-dev", "function-errors-dev"}
