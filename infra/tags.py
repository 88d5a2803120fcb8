"""Tags by which an admin finds what belongs to Facet, and what it costs."""

from __future__ import annotations

from infra.intrinsics import Resource, Resources

LISTED = {
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::CloudWatch::Alarm",
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::IAM::Role",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::EmailIdentity",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::Scheduler::ScheduleGroup",
}
MAPPED = {"AWS::Cognito::UserPool": "UserPoolTags"}


def tagged(resources: Resources, stage: str) -> Resources:
    """The same resources with the tags `app` and `stage` wherever the type takes tags."""
    return {name: _tagged(resource, stage) for name, resource in resources.items()}


def _tagged(resource: Resource, stage: str) -> Resource:
    tags = {"app": "facet", "stage": stage}
    kind = resource["Type"]
    if kind in LISTED:
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        return {**resource, "Properties": {**resource["Properties"], "Tags": listed}}
    if kind in MAPPED:
        return {**resource, "Properties": {**resource["Properties"], MAPPED[kind]: tags}}
    return resource
