"""What MiniStack's CloudFormation leaves out: of a table expiry, recovery and encryption, of a bucket Object Lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb, s3
from ministack.services.cloudformation import provisioners

_TABLE, _BUCKET = "AWS::DynamoDB::Table", "AWS::S3::Bucket"


def _complete(name: str, properties: dict[str, Any]) -> None:
    expiry = properties.get("TimeToLiveSpecification") or {}
    if expiry.get("AttributeName"):
        status = "ENABLED" if expiry.get("Enabled") in (True, "true") else "DISABLED"
        dynamodb._ttl_settings[name] = {"TimeToLiveStatus": status, "AttributeName": expiry["AttributeName"]}
    else:
        dynamodb._ttl_settings.pop(name, None)
    recovery = properties.get("PointInTimeRecoverySpecification") or {}
    dynamodb._pitr_settings[name] = recovery.get("PointInTimeRecoveryEnabled") in (True, "true")
    encryption = properties.get("SSESpecification") or {}
    if encryption.get("SSEEnabled") in (True, "true"):
        request = {"Enabled": True, **{key: held for key, held in encryption.items() if key != "SSEEnabled"}}
        dynamodb._tables[name]["SSEDescription"] = dynamodb._sse_description_from_spec(request)


def _lock(name: str, properties: dict[str, Any]) -> None:
    if properties.get("ObjectLockEnabled") not in (True, "true"):
        return
    rule = (properties.get("ObjectLockConfiguration") or {}).get("Rule") or {}
    given = rule.get("DefaultRetention")
    retention = given and {key: held if key == "Mode" else int(held) for key, held in given.items()}
    s3._bucket_object_lock[name] = {"enabled": True, "default_retention": retention}


def install() -> None:
    """Wraps the provisioners of tables and buckets."""
    _install(_TABLE, _complete)
    _install(_BUCKET, _lock)


def _install(resource: str, complete: Callable[[str, dict[str, Any]], None]) -> None:
    handler = provisioners._RESOURCE_HANDLERS[resource]
    plain_create, plain_update = handler["create"], handler["update"]

    def create(logical_id: str, properties: dict[str, Any], stack_name: str) -> Any:
        name, attributes = plain_create(logical_id, properties, stack_name)
        complete(name, properties)
        return name, attributes

    def update(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack_name: str, **more: Any) -> Any:
        name, attributes = plain_update(physical_id, old, new, stack_name, **more)
        complete(name, new)
        return name, attributes

    handler["create"], handler["update"] = create, update
