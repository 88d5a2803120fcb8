"""Files, queues and people in memory answer as the emulator's do."""

import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.support.memory import Cloud, serving

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("endpoint")]
Asked = Callable[..., Any]


def said(call: Asked, *names: str, **arguments: Any) -> Any:
    """Those fields of an answer, or the code and status of the refusal."""
    try:
        answer = call(**arguments)
    except ClientError as error:
        # A subclass per code tells callers apart that catch by name.
        return (
            type(error).__name__,
            error.response["Error"]["Code"],
            error.response["ResponseMetadata"]["HTTPStatusCode"],
        )
    return [answer[name].read() if name == "Body" else answer.get(name) for name in names]


def files(run: str) -> list[Any]:
    s3 = boto3.client("s3")
    bucket = f"bucket-{run}"
    s3.create_bucket(Bucket=bucket)
    key, absent = {"Bucket": bucket, "Key": "a/b.csv"}, {"Bucket": bucket, "Key": "none"}
    tag = s3.put_object(**key, Body=b"0123456789", ContentType="text/csv", Metadata={"rows": "2"})["ETag"]
    return [
        said(s3.head_object, "ETag", "ContentLength", "ContentType", "Metadata", **key),
        said(s3.get_object, "Body", "ETag", **key),
        said(s3.get_object, "Body", "ContentRange", "ContentLength", **key, Range="bytes=2-4", IfMatch=tag),
        said(s3.get_object, "Body", "ContentLength", **key, Range="bytes=8-40"),
        said(s3.get_object, "Body", **key, Range="bytes=10-20"),
        said(s3.get_object, "Body", **key, IfMatch='"other"'),
        said(s3.put_object, **key, Body=b"x", IfNoneMatch="*"),
        said(s3.put_object, "ETag", **key, Body=io.BytesIO(b"new")),
        said(s3.get_object, "Body", **key, IfMatch=tag),
        said(s3.put_object, **absent, Body=b"x", ChecksumSHA256="AAAA"),
        said(s3.get_object, **absent),
        said(s3.head_object, **absent),
        said(s3.get_object, Bucket=f"no-{bucket}", Key="a"),
        [each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix="a/")["Contents"]],
        said(s3.delete_object, **key),
        said(s3.head_object, **key),
    ]


def queues(run: str) -> list[Any]:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=f"queue-{run}")["QueueUrl"]
    sent = said(sqs.send_message, "MD5OfMessageBody", QueueUrl=url, MessageBody="one")
    entries = [{"Id": str(number), "MessageBody": f"batch {number}"} for number in range(3)]
    batch = [each["Id"] for each in sqs.send_message_batch(QueueUrl=url, Entries=entries)["Successful"]]
    later = said(sqs.send_message, "MD5OfMessageBody", QueueUrl=url, MessageBody="late", DelaySeconds=900)
    bodies = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        bodies += [message["Body"] for message in messages]
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [
        *(sent, batch, later, sorted(bodies)),
        said(sqs.send_message, QueueUrl=url, MessageBody=""),
        said(sqs.send_message_batch, QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "x"}] * 2),
        said(sqs.send_message_batch, QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": "x"} for n in range(11)]),
        said(sqs.send_message, QueueUrl=f"{url}-none", MessageBody="x"),
    ]


def people(run: str) -> list[Any]:
    pools = boto3.client("cognito-idp")
    pool = pools.create_user_pool(PoolName=f"pool-{run}", UsernameAttributes=["email"])["UserPool"]["Id"]
    pools.create_group(UserPoolId=pool, GroupName="sales")
    email = "asha@shop.example"
    person = {"UserPoolId": pool, "Username": email}
    attributes = [{"Name": "email", "Value": email}, {"Name": "name", "Value": "Asha"}]
    made = said(pools.admin_create_user, **person, UserAttributes=attributes)
    found = pools.admin_get_user(**person)
    told = {each["Name"]: each["Value"] for each in found["UserAttributes"]}
    by_id = {**person, "Username": told["sub"]}
    return [
        *(made, told["email"], told["name"], found["Enabled"]),
        said(pools.admin_create_user, **person, UserAttributes=attributes),
        said(pools.admin_get_user, UserPoolId=pool, Username="nobody@shop.example"),
        said(pools.admin_add_user_to_group, **by_id, GroupName="sales"),
        [group["GroupName"] for group in pools.admin_list_groups_for_user(**by_id)["Groups"]],
        said(pools.admin_remove_user_from_group, **by_id, GroupName="sales"),
        pools.admin_list_groups_for_user(**by_id)["Groups"],
        *(said(pools.admin_disable_user, **by_id), said(pools.admin_get_user, "Enabled", **by_id)),
        *(said(pools.admin_enable_user, **by_id), said(pools.admin_get_user, "Enabled", **by_id)),
        said(pools.admin_user_global_sign_out, **by_id),
    ]


def parameters(run: str) -> list[Any]:
    ssm = boto3.client("ssm")
    name = f"/facet/{run}/key"
    made = {"Name": name, "Value": "ab", "Type": "SecureString"}
    return [
        said(ssm.get_parameter, Name=name, WithDecryption=True),
        said(ssm.put_parameter, "Version", **made),
        said(ssm.put_parameter, **made, Overwrite=False),
        ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"],
    ]


def devices(run: str) -> list[Any]:
    sns = boto3.client("sns")
    made = sns.create_platform_application(Name=run, Platform="APNS", Attributes={"PlatformCredential": "x"})
    application = made["PlatformApplicationArn"]
    endpoint = sns.create_platform_endpoint(PlatformApplicationArn=application, Token="token")["EndpointArn"]
    again = sns.create_platform_endpoint(PlatformApplicationArn=application, Token="token")["EndpointArn"]
    shut = {"EndpointArn": endpoint, "Attributes": {"Enabled": "false"}}
    return [
        endpoint == again,
        said(sns.publish, TargetArn=endpoint, Message="hello"),
        said(sns.set_endpoint_attributes, **shut),  # the emulator goes on sending to it; SNS and the memory do not
        sns.get_endpoint_attributes(EndpointArn=endpoint)["Attributes"]["Enabled"],
        said(sns.delete_endpoint, EndpointArn=endpoint),
        said(sns.delete_endpoint, EndpointArn=endpoint),
        said(sns.set_endpoint_attributes, **shut),
        said(sns.publish, PhoneNumber="+4366012345678", Message="hello"),
    ]


@pytest.mark.parametrize("service", [files, queues, people, parameters, devices])
def test_a_service_answers_as_the_emulators_does(service: Callable[[str], list[Any]]) -> None:
    run = uuid4().hex[:12]
    expected = service(run)
    with serving(Cloud()):
        found = service(run)
    for number, (one, other) in enumerate(zip(found, expected, strict=True)):
        assert one == other, number
