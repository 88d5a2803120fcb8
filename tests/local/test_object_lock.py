"""A bucket that the template locks is locked here too, and after a kill: written once, removed by nobody."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.emulated import Emulated

pytestmark = pytest.mark.emulator
RETENTION = {"Mode": "COMPLIANCE", "Years": {"Ref": "Years"}}
PROPERTIES = {
    "BucketName": "audit",
    "ObjectLockEnabled": True,
    "VersioningConfiguration": {"Status": "Enabled"},
    "ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": RETENTION}},
}
TEMPLATE = {
    "Parameters": {"Years": {"Type": "Number", "Default": 7}},
    "Resources": {"AuditBucket": {"Type": "AWS::S3::Bucket", "Properties": PROPERTIES}},
}


def refused(code: str, call: Any, **arguments: Any) -> None:
    with pytest.raises(ClientError) as refusal:
        call(Bucket="audit", Key="seals/x.json", **arguments)
    assert refusal.value.response["Error"]["Code"] == code


def test_what_is_written_stays_and_stays_as_it_was(emulated: Emulated) -> None:
    cloudformation = emulated.client("cloudformation")
    cloudformation.create_stack(StackName="locked", TemplateBody=json.dumps(TEMPLATE))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="locked", WaiterConfig={"Delay": 1})
    s3 = emulated.client("s3")
    made = s3.put_object(Bucket="audit", Key="seals/x.json", Body=b"first", IfNoneMatch="*")
    emulated.kill()
    emulated.start()
    lock = s3.get_object_lock_configuration(Bucket="audit")["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"] == {"Mode": "COMPLIANCE", "Years": 7}
    refused("PreconditionFailed", s3.put_object, Body=b"second", IfNoneMatch="*")
    refused("AccessDenied", s3.delete_object, VersionId=made["VersionId"])
    refused("AccessDenied", s3.delete_object, VersionId=made["VersionId"], BypassGovernanceRetention=True)
    assert s3.get_object(Bucket="audit", Key="seals/x.json")["Body"].read() == b"first"
