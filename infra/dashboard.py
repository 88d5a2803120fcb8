"""One page for an admin: is it up, is it fast, is anything stuck, what does it use."""

from __future__ import annotations

import json
from typing import Any

from infra.alarms import NAMESPACE
from infra.api import STAGE_NAME
from infra.intrinsics import Resources, sub

WIDTH, HEIGHT = 12, 6
Metric = list[Any]


def resources(stage: str) -> Resources:
    """The CloudWatch dashboard `facet-<stage>`."""
    widgets = [_placed(number, widget) for number, widget in enumerate(_widgets(stage))]
    properties = {"DashboardName": f"facet-{stage}", "DashboardBody": sub(json.dumps({"widgets": widgets}))}
    return {"Dashboard": {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}}


def _widgets(stage: str) -> list[dict[str, Any]]:
    api = ["ApiName", f"facet-{stage}", "Stage", STAGE_NAME]
    http = ["FunctionName", f"facet-{stage}-http"]
    imports = ["FunctionName", f"facet-{stage}-imports"]
    queue = ["QueueName", f"facet-{stage}-imports"]
    failed = ["QueueName", f"facet-{stage}-imports-failed"]
    return [
        _graph(
            "Requests, and those that failed",
            [
                ["AWS/ApiGateway", "Count", *api],
                ["AWS/ApiGateway", "4XXError", *api],
                ["AWS/ApiGateway", "5XXError", *api],
                [NAMESPACE, f"unauthorized-{stage}", {"label": "no valid token"}],
            ],
        ),
        _graph(
            "How long an answer takes (ms)",
            [
                ["AWS/ApiGateway", "Latency", *api, {"stat": "p50", "label": "half are faster"}],
                ["AWS/ApiGateway", "Latency", *api, {"stat": "p95", "label": "95 % are faster"}],
            ],
        ),
        _graph(
            "Imports waiting and failed",
            [
                ["AWS/SQS", "ApproximateNumberOfMessagesVisible", *queue, {"label": "waiting"}],
                ["AWS/SQS", "ApproximateNumberOfMessagesVisible", *failed, {"label": "failed"}],
            ],
            stat="Maximum",
        ),
        _graph(
            "Functions: errors and throttles",
            [["AWS/Lambda", name, *which] for which in (http, imports) for name in ("Errors", "Throttles")],
        ),
        _graph(
            "Table: capacity units used",
            [
                ["AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName", f"facet-{stage}"],
                ["AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", f"facet-{stage}"],
            ],
        ),
        _last_errors(stage),
    ]


def _graph(title: str, metrics: list[Metric], stat: str = "Sum") -> dict[str, Any]:
    common = {"view": "timeSeries", "region": "${AWS::Region}", "period": 300, "stat": stat}
    return {"type": "metric", "properties": {"title": title, "metrics": metrics, **common}}


def _last_errors(stage: str) -> dict[str, Any]:
    query = (
        f"SOURCE '/aws/lambda/facet-{stage}-http' | SOURCE '/aws/lambda/facet-{stage}-imports'"
        ' | filter level in ["ERROR", "CRITICAL"] | fields @timestamp, message, request_id'
        " | sort @timestamp desc | limit 20"
    )
    common = {"region": "${AWS::Region}", "view": "table"}
    return {"type": "log", "properties": {"title": "Last errors", "query": query, **common}}


def _placed(number: int, widget: dict[str, Any]) -> dict[str, Any]:
    """Two widgets in a row."""
    row, column = divmod(number, 2)
    return {**widget, "x": column * WIDTH, "y": row * HEIGHT, "width": WIDTH, "height": HEIGHT}
