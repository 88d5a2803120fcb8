"""What API Gateway answers by itself, before or instead of the application: in the API's own error form."""

from __future__ import annotations

import json

from infra.intrinsics import Resource, Resources, ref

# Response type: status, title, detail, code. The two defaults stand for every type that is not named.
ANSWERS = {
    "DEFAULT_4XX": (400, "Malformed request", "The request cannot be read.", "malformed"),
    "DEFAULT_5XX": (500, "Error", "Something failed here; the log has it under this request's id.", "error"),
    "ACCESS_DENIED": (403, "Not allowed", "This is not allowed.", "forbidden"),
    "INTEGRATION_FAILURE": (503, "Try again", "The service did not answer.", "unavailable"),
    "INTEGRATION_TIMEOUT": (503, "Try again", "The service did not answer in time.", "unavailable"),
    "MISSING_AUTHENTICATION_TOKEN": (404, "Not found", "There is nothing at this path.", "not_found"),
    "REQUEST_TOO_LARGE": (413, "Body too large", "The body is over the limit.", "too_large"),
    "RESOURCE_NOT_FOUND": (404, "Not found", "There is nothing at this path.", "not_found"),
    "THROTTLED": (429, "Too many requests", "Too many requests at once; slow down.", "too_many_requests"),
    "UNSUPPORTED_MEDIA_TYPE": (
        415,
        "Unsupported media type",
        "This type of body is not read here.",
        "unsupported_media_type",
    ),
}


def resources() -> Resources:
    """One GatewayResponse for each of ANSWERS."""
    return {_logical(kind): _response(kind) for kind in ANSWERS}


def _logical(kind: str) -> str:
    return "Answer" + kind.title().replace("_", "")


def _response(kind: str) -> Resource:
    status, title, detail, code = ANSWERS[kind]
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code}
    properties = {
        "RestApiId": ref("RestApi"),
        "ResponseType": kind,
        "StatusCode": str(status),
        "ResponseParameters": {
            "gatewayresponse.header.Content-Type": "'application/problem+json'",
            "gatewayresponse.header.X-Request-Id": "context.requestId",
        },
        # Chosen by the request's Accept, and this one when nothing fits.
        "ResponseTemplates": {"application/json": json.dumps(problem)},
    }
    return {"Type": "AWS::ApiGateway::GatewayResponse", "Properties": properties}
