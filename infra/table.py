"""The one table: on demand, restorable to any second of 35 days, and not deletable by accident."""

from __future__ import annotations

from infra.intrinsics import Resources, Value, kept, ref


def resources(stage: str) -> Resources:
    """The DynamoDB table `facet-<stage>`."""
    properties = {
        "TableName": f"facet-{stage}",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [_string(name) for name in ("pk", "sk", "pending_pk", "pending_sk")],
        "KeySchema": _keys("pk", "sk"),
        "GlobalSecondaryIndexes": [_pending()],
        "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
        "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "DeletionProtectionEnabled": True,
        # The account's own key for DynamoDB: no fixed price, and its use is seen in CloudTrail.
        "SSESpecification": {"SSEEnabled": True},
    }
    return {"Table": kept({"Type": "AWS::DynamoDB::Table", "Properties": properties})}


def in_use() -> Value:
    """The name of the table that the functions use: the stack's own, or one restored from a backup."""
    return {"Fn::If": ["HasRestoredTable", ref("RestoredTable"), ref("Table")]}


def in_use_arn(below: str = "") -> Value:
    """The ARN of the table in use, or of what lies `below` it, such as `/index/pending`."""
    arn = f"arn:${{AWS::Partition}}:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/${{Name}}{below}"
    return {"Fn::Sub": [arn, {"Name": in_use()}]}


def _pending() -> dict[str, object]:
    """Events that are not relayed yet; an event leaves it when its two attributes are removed."""
    return {
        "IndexName": "pending",
        "KeySchema": _keys("pending_pk", "pending_sk"),
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }


def _string(name: str) -> dict[str, str]:
    return {"AttributeName": name, "AttributeType": "S"}


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
