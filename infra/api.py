"""The REST API: one resource that takes every path and method to the HTTP function.

API Gateway allows 300 resources in an API and answers 403 where ours says 404 or 405; app.py finds the path.
"""

from __future__ import annotations

import hashlib
import json

from infra import gateway_responses
from infra.intrinsics import Resource, Resources, attribute, ref, sub

STAGE_NAME = "api"
API_URL = f"https://${{RestApi}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{STAGE_NAME}"


def resources(stage: str) -> Resources:
    """The API with its methods, its own answers, a deployment and the stage `api`."""
    routing: Resources = {
        "RestApi": _rest_api(stage),
        "AnyPath": _any_path(),
        "RootMethod": _method(attribute("RestApi", "RootResourceId")),
        "AnyPathMethod": _method(ref("AnyPath")),
        **gateway_responses.resources(),
    }
    # A deployment is a snapshot and cannot be changed: other content needs another one, hence another name.
    digest = hashlib.sha256(json.dumps(routing, sort_keys=True).encode()).hexdigest()
    deployment = f"ApiDeployment{digest[:12]}"
    needs = sorted(name for name in routing if name not in {"RestApi", "AnyPath"})
    return {
        **routing,
        deployment: {
            "Type": "AWS::ApiGateway::Deployment",
            "DependsOn": needs,
            "Properties": {"RestApiId": ref("RestApi")},
        },
        "ApiStage": _stage(deployment),
    }


def _rest_api(stage: str) -> Resource:
    properties = {
        "Name": f"facet-{stage}",
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        # Bodies arrive as the bytes that were sent: read as text, a wrong charset would be mended silently.
        "BinaryMediaTypes": ["*/*"],
    }
    return {"Type": "AWS::ApiGateway::RestApi", "Properties": properties}


def _any_path() -> Resource:
    properties = {
        "RestApiId": ref("RestApi"),
        "ParentId": attribute("RestApi", "RootResourceId"),
        "PathPart": "{proxy+}",
    }
    return {"Type": "AWS::ApiGateway::Resource", "Properties": properties}


def _method(resource: dict[str, object]) -> Resource:
    service = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions"
    properties = {
        "RestApiId": ref("RestApi"),
        "ResourceId": resource,
        "HttpMethod": "ANY",
        # The application verifies tokens itself: one answer locally and on AWS.
        "AuthorizationType": "NONE",
        "Integration": {
            "Type": "AWS_PROXY",
            "IntegrationHttpMethod": "POST",
            "Uri": sub(f"{service}/${{APIHandler.Arn}}/invocations"),
        },
    }
    return {"Type": "AWS::ApiGateway::Method", "Properties": properties}


def _stage(deployment: str) -> Resource:
    everything = {
        "ResourcePath": "/*",
        "HttpMethod": "*",
        "MetricsEnabled": False,
        # Far above a busy shop, far below a bill that hurts: requests a second, and at one moment.
        "ThrottlingRateLimit": 200,
        "ThrottlingBurstLimit": 400,
    }
    properties = {
        "RestApiId": ref("RestApi"),
        "DeploymentId": ref(deployment),
        "StageName": STAGE_NAME,
        "TracingEnabled": True,
        "MethodSettings": [everything],
    }
    return {"Type": "AWS::ApiGateway::Stage", "Properties": properties}
