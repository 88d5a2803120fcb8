"""What the template must hold, whatever else it becomes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from chalicelib.repos import keys
from infra import table
from infra.functions import FUNCTIONS, TemplateError
from infra.stages import stage
from infra.tags import LISTED, MAPPED
from infra.template import Template, final
from tests.infra.conftest import generated, whole

Resources = dict[str, dict[str, Any]]


def of_type(resources: Resources, kind: str) -> dict[str, dict[str, Any]]:
    return {name: item["Properties"] for name, item in resources.items() if item["Type"] == kind}


def test_every_handler_is_in_app_py(resources: Resources) -> None:
    handlers = [item["Handler"] for item in of_type(resources, "AWS::Lambda::Function").values()]
    assert len(handlers) == 6
    assert all(handler.startswith("app.") for handler in handlers)


def test_a_trigger_declared_on_a_blueprint_is_refused() -> None:
    wrong = whole(Imports="chalicelib.handlers.imports.run")
    with pytest.raises(TemplateError, match=r"declare its trigger in app\.py"):
        final(wrong, stage("dev"))


def test_a_function_without_a_role_of_its_own_is_refused() -> None:
    with pytest.raises(TemplateError, match="Surprise"):
        final(whole(Surprise="app.surprise"), stage("dev"))


def test_a_function_that_app_py_lost_is_missed() -> None:
    with pytest.raises(TemplateError, match="Imports"):
        final(generated(APIHandler="app.app"), stage("dev"))


def test_at_most_six_functions() -> None:
    assert len(FUNCTIONS) <= 6


def test_no_transform_is_left_to_run(template: Template) -> None:
    assert "Transform" not in template
    assert not [item for item in template["Resources"].values() if "Serverless" in item["Type"]]


def test_the_table_outlives_mistakes(resources: Resources) -> None:
    made = resources["Table"]
    assert made["DeletionPolicy"] == made["UpdateReplacePolicy"] == "Retain"
    properties = made["Properties"]
    assert properties["DeletionProtectionEnabled"] is True
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert properties["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"


def test_a_restored_table_takes_the_place_of_the_own_one_everywhere(template: Template, resources: Resources) -> None:
    assert template["Outputs"]["Table"]["Value"] == table.in_use()
    for name in FUNCTIONS:
        assert resources[name]["Properties"]["Environment"]["Variables"]["FACET_TABLE"] == table.in_use()
        (allowed,) = [item for item in statements(resources, name) if item["Sid"] == "Table"]
        assert allowed["Resource"] == [table.in_use_arn()]
    (index,) = [item for item in statements(resources, "Sweeps") if item["Sid"] == "PendingIndex"]
    assert index["Resource"] == [table.in_use_arn("/index/pending")]


def test_the_user_pool_outlives_mistakes_and_lets_nobody_sign_up(resources: Resources) -> None:
    pool = resources["UserPool"]
    assert pool["DeletionPolicy"] == pool["UpdateReplacePolicy"] == "Retain"
    assert pool["Properties"]["DeletionProtection"] == "ACTIVE"
    assert pool["Properties"]["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}


def test_there_is_a_group_for_every_role(resources: Resources) -> None:
    groups = {item["GroupName"] for item in of_type(resources, "AWS::Cognito::UserPoolGroup").values()}
    assert groups == {"admin", "manager", "sales", "inventory", "analyst"}


def test_the_client_has_no_secret_and_short_tokens(resources: Resources) -> None:
    client = resources["UserPoolClient"]["Properties"]
    assert client["GenerateSecret"] is False
    assert (client["AccessTokenValidity"], client["TokenValidityUnits"]["AccessToken"]) == (60, "minutes")


def test_buckets_are_closed_versioned_encrypted_and_kept(resources: Resources) -> None:
    for name, bucket in of_type(resources, "AWS::S3::Bucket").items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket["BucketEncryption"]
        assert resources[name]["DeletionPolicy"] == "Retain"


def test_every_bucket_and_queue_refuses_plain_http(resources: Resources) -> None:
    refused = set()
    for kind, target in (("AWS::S3::BucketPolicy", "Bucket"), ("AWS::SQS::QueuePolicy", "Queues")):
        for policy in of_type(resources, kind).values():
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}:
                    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
                    assert statement["Action"] in ("s3:*", ["s3:*"], "sqs:*")
                    named = policy[target] if isinstance(policy[target], list) else [policy[target]]
                    refused |= {item["Ref"] for item in named}
    assert refused == {*of_type(resources, "AWS::S3::Bucket"), *of_type(resources, "AWS::SQS::Queue")}


def test_what_jobs_read_and_write_is_gone_after_a_while(resources: Resources) -> None:
    rules = resources["FilesBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    days = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if rule["Status"] == "Enabled"}
    assert days == {"imports/": 30, "exports/": 7, "bulk/": 7, "duplicates/": 3}
    assert all(rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1} for rule in rules)


def test_an_import_that_keeps_failing_ends_in_the_dead_letter_queue(resources: Resources) -> None:
    queue = resources["ImportQueue"]["Properties"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["ImportDeadLetterQueue", "Arn"]}
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    assert queue["VisibilityTimeout"] >= resources["Imports"]["Properties"]["Timeout"]


def test_every_queue_is_encrypted(resources: Resources) -> None:
    assert all(queue["SqsManagedSseEnabled"] for queue in of_type(resources, "AWS::SQS::Queue").values())


def test_every_mapping_reports_the_messages_that_failed(resources: Resources) -> None:
    mappings = of_type(resources, "AWS::Lambda::EventSourceMapping")
    assert mappings
    assert all(item["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for item in mappings.values())


@pytest.mark.parametrize(("name", "days"), [("dev", 30), ("local", 30), ("prod", 365)])
def test_logs_are_kept_for_a_while(name: str, days: int) -> None:
    made = final(whole(), stage(name))["Resources"]
    groups = of_type(made, "AWS::Logs::LogGroup")
    assert {group["RetentionInDays"] for group in groups.values()} == {days}


def test_every_function_writes_to_its_own_log_group(resources: Resources) -> None:
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        group = resources[function["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
        assert group["LogGroupName"] == f"/aws/lambda/{function['FunctionName']}"
        (allowed,) = [item for item in statements(resources, name) if item["Sid"] == "Logs"]
        assert allowed["Resource"] == [{"Fn::GetAtt": [function["LoggingConfig"]["LogGroup"]["Ref"], "Arn"]}]


def statements(resources: Resources, function: str) -> list[dict[str, Any]]:
    role = resources[function]["Properties"]["Role"]["Fn::GetAtt"][0]
    (policy,) = resources[role]["Properties"]["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def test_every_function_has_a_role_of_its_own(resources: Resources) -> None:
    used = [item["Role"]["Fn::GetAtt"][0] for item in of_type(resources, "AWS::Lambda::Function").values()]
    assert sorted([*used, "SchedulerRole"]) == sorted(of_type(resources, "AWS::IAM::Role"))


# AWS knows no resource for these.
WITHOUT_RESOURCES = {"xray:PutTelemetryRecords", "xray:PutTraceSegments", "ses:GetAccount"}


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_role_names_its_actions_and_what_they_act_on(resources: Resources, function: str) -> None:
    for statement in statements(resources, function):
        assert statement["Effect"] == ("Deny" if statement["Sid"] == "AuditIsKept" else "Allow")
        assert all(re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action) for action in statement["Action"])
        if "*" in statement.get("Resource", []):
            assert set(statement["Action"]) <= WITHOUT_RESOURCES


def test_no_request_may_scan_the_table(resources: Resources) -> None:
    assert "dynamodb:Scan" not in json.dumps(resources)


def test_only_the_http_function_manages_staff(resources: Resources) -> None:
    assert [item for item in statements(resources, "APIHandler") if item["Sid"] == "Users"]
    assert "cognito-idp" not in json.dumps(statements(resources, "Imports"))


def test_one_resource_takes_every_path_and_method(resources: Resources) -> None:
    (proxy,) = of_type(resources, "AWS::ApiGateway::Resource").values()
    assert proxy["PathPart"] == "{proxy+}"
    methods = of_type(resources, "AWS::ApiGateway::Method")
    assert {item["HttpMethod"] for item in methods.values()} == {"ANY"}
    assert len(methods) == 2


def test_the_gateway_answers_in_the_form_of_the_api(resources: Resources) -> None:
    for answer in of_type(resources, "AWS::ApiGateway::GatewayResponse").values():
        problem = json.loads(answer["ResponseTemplates"]["application/json"])
        assert problem.keys() == {"type", "title", "status", "detail", "code"}
        assert str(problem["status"]) == answer["StatusCode"]
        sent = answer["ResponseParameters"]["gatewayresponse.header.Content-Type"]
        assert sent == "'application/problem+json'"


def test_another_routing_is_another_deployment(monkeypatch: pytest.MonkeyPatch, resources: Resources) -> None:
    monkeypatch.setattr("infra.gateway_responses.ANSWERS", {})
    changed = final(whole(), stage("dev"))["Resources"]
    (before,), (after,) = (of_type(made, "AWS::ApiGateway::Deployment") for made in (resources, changed))
    assert before != after


# These take no tags in CloudFormation, or stand for a relation between two others.
WITHOUT_TAGS = {
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::GatewayResponse",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Resource",
    "AWS::CloudWatch::Dashboard",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolGroup",
    "AWS::Lambda::Permission",
    "AWS::Logs::MetricFilter",
    "AWS::S3::BucketPolicy",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
}


def test_everything_that_can_carry_tags_says_whose_it_is(resources: Resources) -> None:
    kinds = {item["Type"] for item in resources.values()}
    assert kinds == (LISTED | MAPPED.keys() | WITHOUT_TAGS)
    for item in resources.values():
        if item["Type"] in LISTED:
            assert {"Key": "stage", "Value": "dev"} in item["Properties"]["Tags"]
        if item["Type"] in MAPPED:
            assert item["Properties"][MAPPED[item["Type"]]] == {"app": "facet", "stage": "dev"}


def test_nothing_with_a_price_by_the_month(resources: Resources) -> None:
    kinds = {item["Type"] for item in resources.values()}
    assert not [kind for kind in kinds if kind.startswith(("AWS::KMS", "AWS::EC2", "AWS::RDS", "AWS::WAFv2"))]
    assert "ProvisionedThroughput" not in json.dumps(resources)
    assert "ProvisionedConcurrency" not in json.dumps(resources)


def test_the_outputs_are_what_the_launcher_reads(template: Template) -> None:
    assert set(template["Outputs"]) == {
        "ApiUrl",
        "Table",
        "FilesBucket",
        "AuditBucket",
        "UserPoolId",
        "ClientId",
        "ImportQueueUrl",
        "SigningKeyParameter",
        "ApiHandlerName",
        "ImportsName",
        "OutreachQueueUrl",
        "SendingQueueUrl",
        "DeadLetterQueueUrl",
        "BusName",
        "RelayName",
        "WorkerName",
        "SenderName",
        "SweepsName",
        "MailEventsTopic",
        "InboundTextsTopic",
    }


@pytest.mark.parametrize("name", ["", "Prod", "a-b", "1st", "averyverylongname"])
def test_a_stage_that_no_bucket_could_be_named_after_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="A stage is named"):
        stage(name)


@pytest.mark.parametrize("role", sorted(f"{name}Role" for name in FUNCTIONS))
def test_no_function_may_change_or_remove_the_core_of_an_audit_entry(resources: Resources, role: str) -> None:
    (policy,) = resources[role]["Properties"]["Policies"]
    denied = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Deny"]
    (kept,) = [each for each in denied if each["Sid"] == "AuditIsKept"]
    assert {"dynamodb:DeleteItem", "dynamodb:UpdateItem"} == set(kept["Action"])
    assert kept["Condition"] == {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": [keys.audit_day("*")]}}
