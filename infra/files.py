"""The bucket for files: closed, versioned, encrypted, and telling the import queue what arrives."""

from __future__ import annotations

from typing import Any

from infra.intrinsics import Resources, attribute, kept, ref, sub

# Built from the account, not from the bucket: the queue's policy must exist before the bucket notifies it.
BUCKET_ARN = "arn:${{AWS::Partition}}:s3:::facet-{stage}-files-${{AWS::AccountId}}-${{AWS::Region}}"
# Of each folder, after how many days its files are gone.
FOLDERS = {"imports": 30, "exports": 7, "bulk": 7, "duplicates": 3}
BUCKET_NAME = "facet-{stage}-files-${{AWS::AccountId}}-${{AWS::Region}}"


def resources(stage: str) -> Resources:
    """The files bucket and its policy."""
    return {
        "FilesBucket": kept(
            {
                "Type": "AWS::S3::Bucket",
                "DependsOn": "ImportQueuePolicy",
                "Properties": _bucket(stage),
            }
        ),
        "FilesBucketPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": ref("FilesBucket"), "PolicyDocument": _only_tls()},
        },
    }


def _bucket(stage: str) -> dict[str, Any]:
    encryption = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    return {
        "BucketName": sub(BUCKET_NAME.format(stage=stage)),
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [encryption]},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "VersioningConfiguration": {"Status": "Enabled"},
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
        "LifecycleConfiguration": {"Rules": [_expire(folder, days) for folder, days in FOLDERS.items()]},
        "NotificationConfiguration": {"QueueConfigurations": [_uploads_to_queue()]},
    }


def _expire(folder: str, days: int) -> dict[str, Any]:
    """What jobs read and write holds personal data: gone after so many days, older versions a day later."""
    return {
        "Id": f"{folder}-expire",
        "Status": "Enabled",
        "Prefix": f"{folder}/",
        "ExpirationInDays": days,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    }


def _uploads_to_queue() -> dict[str, Any]:
    # Prefix and suffix, so that the results Facet writes beside an upload start no import.
    rules = [{"Name": "prefix", "Value": "imports/"}, {"Name": "suffix", "Value": "upload.csv"}]
    return {
        "Event": "s3:ObjectCreated:*",
        "Filter": {"S3Key": {"Rules": rules}},
        "Queue": attribute("ImportQueue", "Arn"),
    }


def _only_tls() -> dict[str, Any]:
    bucket = attribute("FilesBucket", "Arn")
    statement = {
        "Sid": "OnlyTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, {"Fn::Join": ["", [bucket, "/*"]]}],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
