"""What AWS asks for in us-east-1 (N. Virginia), as its price pages list it; other regions differ a little.

Taken on DATE from copies of these pages, and from articles of 2025 and 2026 that quote them.

`free` is what every account has free each month, for ever; what is free for the first year only is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

DATE = "2026-11-22"
REGION = "us-east-1"


@dataclass(frozen=True)
class Price:
    """US dollars for `per` units; `free` units of each month cost nothing; `page` is where it stands."""

    what: str
    unit: str
    usd: float
    per: float
    free: float
    page: str

    def of(self, quantity: float, *, with_free: bool) -> float:
        """What so many units cost in a month, in US dollars."""
        return max(0.0, quantity - (self.free if with_free else 0)) / self.per * self.usd


MILLION = 1e6
_DYNAMODB = "aws.amazon.com/dynamodb/pricing/on-demand"
_LAMBDA = "aws.amazon.com/lambda/pricing"
_CLOUDWATCH = "aws.amazon.com/cloudwatch/pricing"
_EVENTBRIDGE = "aws.amazon.com/eventbridge/pricing"
_S3 = "aws.amazon.com/s3/pricing"

PRICES = {
    "writes": Price("DynamoDB: write request units", "units", 0.625, MILLION, 0, _DYNAMODB),
    "reads": Price("DynamoDB: read request units", "units", 0.125, MILLION, 0, _DYNAMODB),
    "storage": Price("DynamoDB: data", "GB", 0.25, 1, 25, _DYNAMODB),
    "recovery": Price("DynamoDB: point-in-time recovery", "GB", 0.20, 1, 0, _DYNAMODB),
    "invocations": Price("Lambda: requests", "requests", 0.20, MILLION, MILLION, _LAMBDA),
    "compute": Price("Lambda: memory and time", "GB-s", 0.0000166667, 1, 400_000, _LAMBDA),
    "gateway": Price(
        "API Gateway: requests (REST)", "requests", 3.50, MILLION, 0, "aws.amazon.com/api-gateway/pricing"
    ),
    "queues": Price("SQS: requests", "requests", 0.40, MILLION, MILLION, "aws.amazon.com/sqs/pricing"),
    "topics": Price("SNS: requests", "requests", 0.50, MILLION, MILLION, "aws.amazon.com/sns/pricing"),
    "schedules": Price("EventBridge Scheduler: invocations", "invocations", 1.00, MILLION, 14 * MILLION, _EVENTBRIDGE),
    "bus": Price("EventBridge: events of our own", "events", 1.00, MILLION, 0, _EVENTBRIDGE),
    "logs": Price("CloudWatch: logs taken in", "GB", 0.50, 1, 5, _CLOUDWATCH),
    "alarms": Price("CloudWatch: alarms", "alarms", 0.10, 1, 10, _CLOUDWATCH),
    "metrics": Price("CloudWatch: metrics of our own", "metrics", 0.30, 1, 10, _CLOUDWATCH),
    "dashboards": Price("CloudWatch: dashboards", "dashboards", 3.00, 1, 3, _CLOUDWATCH),
    "traces": Price("X-Ray: traces", "traces", 5.00, MILLION, 100_000, "aws.amazon.com/xray/pricing"),
    "files": Price("S3: data", "GB", 0.023, 1, 0, _S3),
    "puts": Price("S3: writes", "requests", 0.005, 1000, 0, _S3),
    "gets": Price("S3: reads", "requests", 0.0004, 1000, 0, _S3),
    "people": Price("Cognito: people who sign in", "people", 0.015, 1, 10_000, "aws.amazon.com/cognito/pricing"),
    "keys": Price(
        "KMS: uses of the account's key for DynamoDB", "requests", 0.03, 10_000, 20_000, "aws.amazon.com/kms/pricing"
    ),
    "out": Price("Data out to the internet", "GB", 0.09, 1, 100, "aws.amazon.com/ec2/pricing/on-demand"),
    "parameters": Price(
        "Systems Manager: standard parameters", "parameters", 0.0, 1, 0, "aws.amazon.com/systems-manager/pricing"
    ),
}
