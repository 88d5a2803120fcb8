"""One page for an admin: is it up, is it fast, is anything stuck, what does it use."""

from __future__ import annotations

import json
from typing import Any

from infra.alarms import NAMESPACE
from infra.api import STAGE_NAME
from infra.functions import FUNCTIONS
from infra.intrinsics import Resources, sub
from infra.messages import PURPOSES

WIDTH, HEIGHT = 12, 6
Metric = list[Any]


def resources(stage: str) -> Resources:
    """The CloudWatch dashboard `facet-<stage>`."""
    widgets = [_placed(number, widget) for number, widget in enumerate(_widgets(stage))]
    properties = {"DashboardName": f"facet-{stage}", "DashboardBody": sub(json.dumps({"widgets": widgets}))}
    return {"Dashboard": {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}}


def _widgets(stage: str) -> list[dict[str, Any]]:
    return [*_api(stage), *_queues(stage), *_functions(stage), _table(stage), _last_errors(stage)]


def _api(stage: str) -> list[dict[str, Any]]:
    api = ["ApiName", f"facet-{stage}", "Stage", STAGE_NAME]
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
    ]


def _queues(stage: str) -> list[dict[str, Any]]:
    purposes = {suffix: suffix for suffix, _ in PURPOSES.values()}
    return [
        _graph("Messages waiting and failed", _visible(stage, {**purposes, "failed": "failed"}), stat="Maximum"),
        _graph(
            "Imports waiting and failed", _visible(stage, {"imports": "waiting", "imports-failed": "failed"}), "Maximum"
        ),
    ]


def _visible(stage: str, labels: dict[str, str]) -> list[Metric]:
    """How many messages wait, for each queue by its suffix."""
    return [
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"facet-{stage}-{suffix}", {"label": label}]
        for suffix, label in labels.items()
    ]


def _functions(stage: str) -> list[dict[str, Any]]:
    names = {each.suffix: ["FunctionName", f"facet-{stage}-{each.suffix}"] for each in FUNCTIONS.values()}
    failures = [
        ["AWS/Lambda", metric, *which, {"label": f"{suffix} {metric.lower()}"}]
        for suffix, which in names.items()
        for metric in ("Errors", "Throttles")
    ]
    age = ["AWS/Lambda", "IteratorAge", *names["relay"], {"label": "waits for the relay"}]
    return [
        _graph("Functions: errors and throttles", failures),
        _graph("How long an event waits in the stream (ms)", [age], stat="Maximum"),
    ]


def _table(stage: str) -> dict[str, Any]:
    return _graph(
        "Table: capacity units used",
        [
            ["AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName", f"facet-{stage}"],
            ["AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", f"facet-{stage}"],
        ],
    )


def _graph(title: str, metrics: list[Metric], stat: str = "Sum") -> dict[str, Any]:
    common = {"view": "timeSeries", "region": "${AWS::Region}", "period": 300, "stat": stat}
    return {"type": "metric", "properties": {"title": title, "metrics": metrics, **common}}


def _last_errors(stage: str) -> dict[str, Any]:
    sources = " | ".join(f"SOURCE '/aws/lambda/facet-{stage}-{each.suffix}'" for each in FUNCTIONS.values())
    query = (
        f"{sources}"
        ' | filter level in ["ERROR", "CRITICAL"] | fields @timestamp, message, request_id'
        " | sort @timestamp desc | limit 20"
    )
    common = {"region": "${AWS::Region}", "view": "table"}
    return {"type": "log", "properties": {"title": "Last errors", "query": query, **common}}


def _placed(number: int, widget: dict[str, Any]) -> dict[str, Any]:
    """Two widgets in a row."""
    row, column = divmod(number, 2)
    return {**widget, "x": column * WIDTH, "y": row * HEIGHT, "width": WIDTH, "height": HEIGHT}
