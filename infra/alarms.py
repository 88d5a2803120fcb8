"""Alarms that mean a person should look, each with its runbook, and the topic they speak through.

Ten alarms are free in an account; these are ten.
"""

from __future__ import annotations

from typing import Any

from infra import table
from infra.api import STAGE_NAME
from infra.functions import FUNCTIONS
from infra.intrinsics import Resource, Resources, attribute, ref

NAMESPACE = "Facet"
_VISIBLE = "ApproximateNumberOfMessagesVisible"


def resources(stage: str) -> Resources:
    """The topic, its optional subscription, the metric filter for refused tokens, and the alarms."""
    return {
        "AlarmTopic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": f"facet-{stage}-alarms"}},
        "AlarmSubscription": _subscription(),
        "UnauthorizedFilter": _unauthorized_filter(stage),
        **{f"{name}ErrorsFilter": _errors_filter(stage, name) for name in FUNCTIONS if name != "APIHandler"},
        **_api_alarms(stage),
        **_function_alarms(stage),
        **_import_alarms(stage),
        **_message_alarms(stage),
        **_table_alarms(stage),
    }


def _subscription() -> Resource:
    properties = {"TopicArn": ref("AlarmTopic"), "Protocol": "email", "Endpoint": ref("AlarmEmail")}
    return {"Type": "AWS::SNS::Subscription", "Condition": "HasAlarmEmail", "Properties": properties}


def _unauthorized_filter(stage: str) -> Resource:
    return _filter(
        f"facet-{stage}-unauthorized", "APIHandlerLogs", '{ $.event = "unauthorized" }', "unauthorized", stage
    )


def _errors_filter(stage: str, function: str) -> Resource:
    """Counts what went wrong in one function, whoever wrote the line: Facet, the runtime, or Lambda itself."""
    pattern = '?ERROR ?CRITICAL ?"Task timed out" ?"Runtime exited"'
    name = f"facet-{stage}-{FUNCTIONS[function].suffix}-errors"
    return _filter(name, f"{function}Logs", pattern, "function-errors", stage)


def _filter(name: str, logs: str, pattern: str, metric: str, stage: str) -> Resource:
    transformation = {
        "MetricNamespace": NAMESPACE,
        "MetricName": f"{metric}-{stage}",
        "MetricValue": "1",
        "DefaultValue": 0,
    }
    properties = {
        "FilterName": name,
        "LogGroupName": ref(logs),
        "FilterPattern": pattern,
        "MetricTransformations": [transformation],
    }
    return {"Type": "AWS::Logs::MetricFilter", "Properties": properties}


def _api_alarms(stage: str) -> Resources:
    api = {"ApiName": f"facet-{stage}", "Stage": STAGE_NAME}
    return {
        "ApiErrorsAlarm": _alarm(
            stage,
            "api-5xx",
            "The API answered with a 5xx.",
            _metric("AWS/ApiGateway", "5XXError", api),
        ),
        "ApiSlowAlarm": _alarm(
            stage,
            "api-slow",
            "One request in twenty took over 3 seconds, for 15 minutes.",
            {**_metric("AWS/ApiGateway", "Latency", api, statistic=None), "ExtendedStatistic": "p95"},
            Threshold=3000,
            EvaluationPeriods=3,
        ),
        "UnauthorizedAlarm": _alarm(
            stage,
            "refused-tokens",
            "More than 100 requests in 5 minutes had no valid token.",
            _metric(NAMESPACE, f"unauthorized-{stage}", {}),
            Threshold=101,
        ),
    }


def _function_alarms(stage: str) -> Resources:
    return {
        "HttpThrottlesAlarm": _alarm(
            stage,
            "http-throttled",
            "Lambda refused to run the HTTP function: the account's concurrency is used up.",
            _metric("AWS/Lambda", "Throttles", {"FunctionName": ref("APIHandler")}),
        ),
        # One alarm for five functions, which the ten free ones leave no room for; the dashboard says which it was.
        "FunctionErrorsAlarm": _alarm(
            stage,
            "function-errors",
            "A function behind the API logged an error, ran out of time or broke off.",
            _metric(NAMESPACE, f"function-errors-{stage}", {}),
        ),
    }


def _import_alarms(stage: str) -> Resources:
    waiting = {"QueueName": attribute("ImportQueue", "QueueName")}
    failed = {"QueueName": attribute("ImportDeadLetterQueue", "QueueName")}
    oldest = "ApproximateAgeOfOldestMessage"
    return {
        "ImportsFailedAlarm": _alarm(
            stage,
            "imports-failed",
            "An import failed five times and lies in the dead-letter queue.",
            _metric("AWS/SQS", _VISIBLE, failed, statistic="Maximum"),
        ),
        "ImportsLateAlarm": _alarm(
            stage,
            "imports-late",
            "An import has waited for more than an hour.",
            _metric("AWS/SQS", oldest, waiting, statistic="Maximum"),
            Threshold=3600,
        ),
    }


def _message_alarms(stage: str) -> Resources:
    failed = {"QueueName": attribute("DeadLetterQueue", "QueueName")}
    return {
        "MessagesFailedAlarm": _alarm(
            stage,
            "messages-failed",
            "An event, a message or what a provider told failed five times and lies in the dead-letter queue.",
            _metric("AWS/SQS", _VISIBLE, failed, statistic="Maximum"),
        ),
    }


def _table_alarms(stage: str) -> Resources:
    # Two alarms and not one over their sum: an alarm over an expression costs the same, and reads worse.
    dimensions = {"TableName": table.in_use()}
    return {
        f"Table{kind}sAlarm": _alarm(
            stage,
            f"{kind.lower()}s-throttled",
            f"DynamoDB refused {kind.lower()}s for their rate.",
            _metric("AWS/DynamoDB", f"{kind}ThrottleEvents", dimensions),
            Threshold=10,
        )
        for kind in ("Read", "Write")
    }


def _metric(namespace: str, name: str, dimensions: dict[str, Any], *, statistic: str | None = "Sum") -> dict[str, Any]:
    pairs = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": pairs, "Period": 300}
    return metric if statistic is None else {**metric, "Statistic": statistic}


def _alarm(stage: str, name: str, text: str, metric: dict[str, Any], **changes: object) -> Resource:
    """An alarm on one such event in five minutes, unless `changes` say otherwise."""
    properties = {
        "AlarmName": f"facet-{stage}-{name}",
        "AlarmDescription": f"{text} What to do: docs/operations.md, {name}.",
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "TreatMissingData": "notBreaching",
        "AlarmActions": [ref("AlarmTopic")],
        "OKActions": [ref("AlarmTopic")],
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": {**properties, **metric, **changes}}
