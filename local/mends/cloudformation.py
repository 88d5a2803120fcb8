"""What MiniStack's CloudFormation leaves out of a table: expiry, point-in-time recovery, encryption."""

from __future__ import annotations

from typing import Any

from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

_RESOURCE = "AWS::DynamoDB::Table"


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


def install() -> None:
    """Wraps the table's provisioner."""
    handler = provisioners._RESOURCE_HANDLERS[_RESOURCE]
    plain_create, plain_update = handler["create"], handler["update"]

    def create(logical_id: str, properties: dict[str, Any], stack_name: str) -> Any:
        name, attributes = plain_create(logical_id, properties, stack_name)
        _complete(name, properties)
        return name, attributes

    def update(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack_name: str, **more: Any) -> Any:
        name, attributes = plain_update(physical_id, old, new, stack_name, **more)
        _complete(name, new)
        return name, attributes

    handler["create"], handler["update"] = create, update
