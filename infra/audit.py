"""The bucket of the audit's seals: what is written stays as it was written, whoever asks, for years.

Object Lock keeps every version. On prod in COMPLIANCE mode: nobody can shorten it, the owner of the account included.
On other stages in GOVERNANCE mode: an administrator who takes the policy below away first can remove a test shop.
"""

from __future__ import annotations

from typing import Any

from infra.intrinsics import Resources, Value, attribute, kept, ref, sub
from infra.stages import PROD

BUCKET_NAME = "facet-{stage}-audit-${{AWS::AccountId}}-${{AWS::Region}}"
# What would remove a seal, or let somebody remove it.
REFUSED = (
    "s3:BypassGovernanceRetention",
    "s3:DeleteBucket",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutObjectLegalHold",
    "s3:PutObjectRetention",
)


def resources(stage: str) -> Resources:
    """The audit bucket and its policy."""
    bucket = {"Type": "AWS::S3::Bucket", "Properties": _bucket(stage)}
    policy = {"Version": "2012-10-17", "Statement": [_only_tls(), _nobody_removes(), _nobody_overwrites()]}
    properties = {"Bucket": ref("AuditBucket"), "PolicyDocument": policy}
    return {
        "AuditBucket": kept(bucket),
        "AuditBucketPolicy": {"Type": "AWS::S3::BucketPolicy", "Properties": properties},
    }


def _bucket(stage: str) -> dict[str, Any]:
    encryption = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    retention = {"Mode": "COMPLIANCE" if stage == PROD else "GOVERNANCE", "Years": ref("AuditRetentionYears")}
    return {
        "BucketName": sub(BUCKET_NAME.format(stage=stage)),
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [encryption]},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "VersioningConfiguration": {"Status": "Enabled"},
        "ObjectLockEnabled": True,
        "ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}},
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    }


def _everything() -> list[Value]:
    return [attribute("AuditBucket", "Arn"), _objects()]


def _objects() -> Value:
    return sub("${AuditBucket.Arn}/*")


def _refusal(sid: str, actions: list[str], targets: list[Value], condition: Value | None = None) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": actions, "Resource": targets}
    return {**statement, "Condition": condition} if condition else statement


def _only_tls() -> dict[str, Any]:
    return _refusal("OnlyTls", ["s3:*"], _everything(), {"Bool": {"aws:SecureTransport": "false"}})


def _nobody_removes() -> dict[str, Any]:
    return _refusal("NobodyRemoves", list(REFUSED), _everything())


def _nobody_overwrites() -> dict[str, Any]:
    """A file is only written where there is none; a lock alone would take a newer version above the old one."""
    return _refusal("NobodyOverwrites", ["s3:PutObject"], [_objects()], {"Null": {"s3:if-none-match": "true"}})
