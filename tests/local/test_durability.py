"""kill -9 while clients write: what was acknowledged is there after the next start, in every service."""

import http.client
import io
import itertools
import json
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from local.emulator import DAMAGED
from local.records import scan
from tests.local.emulated import Emulated

WRITERS = 8
ACKNOWLEDGED_BEFORE_KILL = 200
PARTS_OF_A_TRANSACTION = 5
pytestmark = pytest.mark.emulator


class Writers:
    """Threads that write until the emulator is gone, and what it acknowledged to them."""

    def __init__(
        self, emulated: Emulated, write: Callable[[Emulated, str], None], enough: int = ACKNOWLEDGED_BEFORE_KILL
    ) -> None:
        self._wanted = enough
        self.acknowledged: list[str] = []
        self._emulated = emulated
        self._write = write
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(WRITERS)]

    def _run(self, writer: int) -> None:
        for number in itertools.count():
            name = f"w{writer}-{number}"
            try:
                self._write(self._emulated, name)
            except (BotoCoreError, ClientError):
                return
            self.acknowledged.append(name)
            if len(self.acknowledged) >= self._wanted:
                self._enough.set()

    def until_killed(self) -> list[str]:
        """Lets them write, kills the emulator in the midst of it, starts it again; returns what was acknowledged."""
        for thread in self._threads:
            thread.start()
        assert self._enough.wait(60)
        self._emulated.kill()
        for thread in self._threads:
            thread.join()
        self._emulated.start()
        return self.acknowledged


def _write_everywhere(emulated: Emulated, name: str) -> None:
    """One write to one service, which one by the name."""
    kind = int(name.rpartition("-")[2]) % 10
    if kind < 3:
        emulated.client("dynamodb").put_item(TableName="items", Item={"pk": {"S": name}, "sk": {"S": "put"}})
    elif kind < 5:
        emulated.client("dynamodb").transact_write_items(
            TransactItems=[_part(name, n) for n in range(PARTS_OF_A_TRANSACTION)]
        )
    elif kind < 7:
        emulated.client("sqs").send_message(QueueUrl=_queue(emulated), MessageBody=name)
    elif kind < 9:
        emulated.client("s3").put_object(Bucket="files", Key=name, Body=name.encode() * 1000)
    else:
        emulated.client("ssm").put_parameter(Name=f"/p/{name}", Value=name, Type="SecureString")


def _part(name: str, number: int) -> dict[str, Any]:
    item = {"pk": {"S": f"txn-{name}"}, "sk": {"S": str(number)}}
    return {"Put": {"TableName": "items", "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}


def _queue(emulated: Emulated) -> str:
    return f"http://127.0.0.1:{emulated.port}/000000000000/q"


def _read_everywhere(emulated: Emulated) -> set[str]:
    found = set()
    for page in emulated.client("dynamodb").get_paginator("scan").paginate(TableName="items"):
        found |= {item["pk"]["S"].removeprefix("txn-") for item in page["Items"]}
    found |= {body for body, _ in _received(emulated)}
    for page in emulated.client("s3").get_paginator("list_objects_v2").paginate(Bucket="files"):
        for listed in page.get("Contents", ()):
            body = emulated.client("s3").get_object(Bucket="files", Key=listed["Key"])["Body"].read()
            assert body == listed["Key"].encode() * 1000
            found.add(listed["Key"])
    for page in emulated.client("ssm").get_paginator("get_parameters_by_path").paginate(Path="/p", WithDecryption=True):
        found |= {parameter["Value"] for parameter in page["Parameters"]}
    return found


def _received(emulated: Emulated) -> list[tuple[str, int]]:
    sqs, received = emulated.client("sqs"), []
    while messages := sqs.receive_message(
        QueueUrl=_queue(emulated), MaxNumberOfMessages=10, AttributeNames=["ApproximateReceiveCount"]
    ).get("Messages"):
        received += [(each["Body"], int(each["Attributes"]["ApproximateReceiveCount"])) for each in messages]
    return received


def _make_stores(emulated: Emulated) -> None:
    emulated.make_table("items")
    emulated.client("sqs").create_queue(QueueName="q", Attributes={"VisibilityTimeout": "600"})
    emulated.client("s3").create_bucket(Bucket="files")
    emulated.client("ssm").put_parameter(Name="/p/first", Value="first", Type="String")


def test_every_acknowledged_write_survives_kill_9(emulated: Emulated) -> None:
    _make_stores(emulated)
    acknowledged = Writers(emulated, _write_everywhere).until_killed()
    assert set(acknowledged) - _read_everywhere(emulated) == set()


def test_a_transaction_is_whole_or_absent_after_kill_9(emulated: Emulated) -> None:
    emulated.make_table("items")

    def write(to: Emulated, name: str) -> None:
        to.client("dynamodb").transact_write_items(
            TransactItems=[_part(name, n) for n in range(PARTS_OF_A_TRANSACTION)]
        )

    acknowledged = Writers(emulated, write).until_killed()
    assert _rows_of_each_record(emulated.folder) == {PARTS_OF_A_TRANSACTION}
    parts: dict[str, int] = {}
    for page in emulated.client("dynamodb").get_paginator("scan").paginate(TableName="items"):
        for item in page["Items"]:
            parts[item["pk"]["S"]] = parts.get(item["pk"]["S"], 0) + 1
    assert set(parts.values()) == {PARTS_OF_A_TRANSACTION}
    assert parts.keys() >= {f"txn-{name}" for name in acknowledged}


def _rows_of_each_record(folder: Path) -> set[int]:
    sizes: set[int] = set()
    scan(folder / "journal-000000", lambda head, _: sizes.update([len(head["w"])] if "w" in head else []))
    return sizes


def test_people_survive_kill_9_with_passwords_groups_and_keys(emulated: Emulated) -> None:
    cognito = emulated.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="c", ExplicitAuthFlows=flows)
    client = made["UserPoolClient"]["ClientId"]
    cognito.create_group(UserPoolId=pool, GroupName="sales")

    def invite(to: Emulated, name: str) -> None:
        idp, who = to.client("cognito-idp"), {"UserPoolId": pool, "Username": name}
        idp.admin_create_user(**who, MessageAction="SUPPRESS")
        idp.admin_set_user_password(**who, Password=f"Long-enough-{name}", Permanent=True)
        idp.admin_add_user_to_group(**who, GroupName="sales")

    keys = _keys(emulated, pool)
    acknowledged = Writers(emulated, invite, 40).until_killed()
    assert _keys(emulated, pool) == keys
    for name in acknowledged[::10]:
        credentials = {"USERNAME": name, "PASSWORD": f"Long-enough-{name}"}
        cognito.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=credentials)
    members = set()
    for page in cognito.get_paginator("list_users_in_group").paginate(UserPoolId=pool, GroupName="sales"):
        members |= {user["Username"] for user in page["Users"]}
    assert members >= set(acknowledged)


def _keys(emulated: Emulated, pool: str) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", emulated.port, timeout=30)
    connection.request("GET", f"/{pool}/.well-known/jwks.json")
    keys = json.load(connection.getresponse())
    connection.close()
    return keys


def test_a_message_in_flight_is_visible_again_and_its_count_goes_on(emulated: Emulated) -> None:
    _make_stores(emulated)
    emulated.client("sqs").send_message(QueueUrl=_queue(emulated), MessageBody="one")
    emulated.client("sqs").send_message(QueueUrl=_queue(emulated), MessageBody="later", DelaySeconds=900)
    assert _received(emulated) == [("one", 1)]
    assert _received(emulated) == []
    emulated.kill()
    emulated.start()
    assert _received(emulated) == [("one", 2)]


def test_a_deleted_message_stays_deleted(emulated: Emulated) -> None:
    _make_stores(emulated)
    sqs = emulated.client("sqs")
    sqs.send_message(QueueUrl=_queue(emulated), MessageBody="one")
    message = sqs.receive_message(QueueUrl=_queue(emulated))["Messages"][0]
    sqs.delete_message(QueueUrl=_queue(emulated), ReceiptHandle=message["ReceiptHandle"])
    emulated.kill()
    emulated.start()
    assert _received(emulated) == []


def test_sent_mail_and_object_versions_survive(emulated: Emulated) -> None:
    ses, s3 = emulated.client("ses"), emulated.client("s3")
    ses.verify_email_identity(EmailAddress="shop@example.com")
    text = {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "body"}}}
    ses.send_email(Source="shop@example.com", Destination={"ToAddresses": ["a@example.com"]}, Message=text)
    s3.create_bucket(Bucket="files")
    s3.put_bucket_versioning(Bucket="files", VersioningConfiguration={"Status": "Enabled"})
    versions = [s3.put_object(Bucket="files", Key="k", Body=body)["VersionId"] for body in (b"one", b"two" * 2000)]
    emulated.kill()
    emulated.start()
    bodies = [s3.get_object(Bucket="files", Key="k", VersionId=version)["Body"].read() for version in versions]
    assert bodies == [b"one", b"two" * 2000]
    assert ses.get_send_quota()["SentLast24Hours"] == 1


def test_an_upload_by_form_survives_with_the_message_it_caused(emulated: Emulated) -> None:
    s3, sqs = emulated.client("s3"), emulated.client("sqs")
    _make_stores(emulated)
    queue = sqs.get_queue_attributes(QueueUrl=_queue(emulated), AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    told = {"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="files",
        NotificationConfiguration={"QueueConfigurations": [told]},
        SkipDestinationValidation=True,
    )
    form = s3.generate_presigned_post("files", "imports/1/upload.csv")
    assert _upload(form["url"], {**form["fields"], "file": "given_name,phone"}) == 204
    emulated.kill()
    emulated.start()
    assert s3.get_object(Bucket="files", Key="imports/1/upload.csv")["Body"].read() == b"given_name,phone"
    events = [json.loads(body) for body, _ in _received(emulated)]
    keys = [record["s3"]["object"]["key"] for event in events for record in event.get("Records", ())]
    assert keys == ["imports/1/upload.csv"]


def _upload(url: str, fields: dict[str, str]) -> int:
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = "".join([*(part.format(name, value) for name, value in fields.items()), "--x--\r\n"])
    where = urlsplit(url)
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=30)
    connection.request("POST", where.path, body.encode(), {"Content-Type": "multipart/form-data; boundary=x"})
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_client_token_is_remembered_across_a_restart(emulated: Emulated) -> None:
    emulated.make_table("items")
    dynamodb = emulated.client("dynamodb")
    request = {"ClientRequestToken": "token-1", "TransactItems": [_part("a", 1)]}
    dynamodb.transact_write_items(**request)
    emulated.kill()
    emulated.start()
    dynamodb.transact_write_items(**request)  # its condition no longer holds, so a second run would be refused
    with pytest.raises(dynamodb.exceptions.IdempotentParameterMismatchException):
        dynamodb.transact_write_items(**{**request, "TransactItems": [_part("b", 1)]})


def test_a_table_made_again_under_its_name_is_empty(emulated: Emulated) -> None:
    emulated.make_table("items")
    emulated.client("dynamodb").put_item(TableName="items", Item={"pk": {"S": "old"}, "sk": {"S": "a"}})
    emulated.client("dynamodb").delete_table(TableName="items")
    emulated.make_table("items")
    emulated.client("dynamodb").put_item(TableName="items", Item={"pk": {"S": "new"}, "sk": {"S": "a"}})
    emulated.kill()
    emulated.start()
    assert [item["pk"]["S"] for item in emulated.client("dynamodb").scan(TableName="items")["Items"]] == ["new"]


def test_the_expiry_that_a_template_asks_for_is_set(emulated: Emulated) -> None:
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": "items",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        },
    }
    cloudformation = emulated.client("cloudformation")
    cloudformation.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": {"Table": table}}))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    emulated.kill()
    emulated.start()
    assert cloudformation.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    dynamodb = emulated.client("dynamodb")
    expected = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    assert dynamodb.describe_time_to_live(TableName="items")["TimeToLiveDescription"] == expected
    backups = dynamodb.describe_continuous_backups(TableName="items")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


COPIER = """
import boto3, os, sys
def handler(event, context):
    boto3.client("sqs")
    for record in event["Records"]:
        key = record["dynamodb"]["Keys"]["pk"]["S"]
        boto3.client("s3").put_object(Bucket="files", Key=key, Body=sys.executable.encode())
"""


def _make_copier(emulated: Emulated) -> None:
    """A function that copies each new item of the table's stream to the bucket."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", COPIER)
    role = emulated.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    functions = emulated.client("lambda")
    functions.create_function(
        FunctionName="copier",
        Runtime="python3.11",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": packed.getvalue()},
        Timeout=30,
    )
    stream = emulated.client("dynamodb").describe_table(TableName="items")["Table"]["LatestStreamArn"]
    functions.create_event_source_mapping(
        FunctionName="copier", EventSourceArn=stream, StartingPosition="TRIM_HORIZON", BatchSize=10
    )


def _copied(emulated: Emulated, count: int) -> set[str]:
    """The keys in the bucket once there are `count`, at the latest after half a minute."""
    pause = threading.Event()
    for _ in range(300):
        found = {each["Key"] for each in emulated.client("s3").list_objects_v2(Bucket="files").get("Contents", ())}
        if len(found) >= count:
            return found
        pause.wait(0.1)
    return found


def test_a_function_reads_every_stream_record_across_restarts(emulated: Emulated) -> None:
    emulated.make_table("items")
    emulated.client("s3").create_bucket(Bucket="files")
    _make_copier(emulated)
    wanted: set[str] = set()
    for batch in range(3):
        for number in range(15):
            wanted.add(f"{batch}-{number}")
            item = {"pk": {"S": f"{batch}-{number}"}, "sk": {"S": "a"}}
            emulated.client("dynamodb").put_item(TableName="items", Item=item)
        if batch == 1:
            _copied(emulated, 30)  # after the third batch there is something read and something unread
        emulated.kill()
        emulated.start()
    assert _copied(emulated, len(wanted)) == wanted
    ran_by = emulated.client("s3").get_object(Bucket="files", Key="0-0")["Body"].read().decode()
    assert "/web/" in ran_by  # not under the emulator's own interpreter, whose packages would hide a missing one


def test_a_damaged_folder_is_refused_with_a_sentence_and_left_alone(tmp_path: Path) -> None:
    emulated = Emulated(tmp_path)
    emulated.start()
    emulated.make_table("items")
    emulated.stop()
    journal = tmp_path / "journal-000000"
    content = bytearray(journal.read_bytes())
    content[len(content) // 2] ^= 0xFF
    journal.write_bytes(bytes(content))
    process = emulated.spawn()
    _, said = process.communicate(timeout=30)
    assert process.returncode == DAMAGED
    assert said.strip().endswith("Nothing was changed.")
    assert len(said.strip().splitlines()) == 1
    assert journal.read_bytes() == bytes(content)


def test_the_emulators_own_switches_are_refused(emulated: Emulated) -> None:
    emulated.make_table("items")
    connection = http.client.HTTPConnection("127.0.0.1", emulated.port, timeout=30)
    connection.request("POST", "/_ministack/reset")
    assert connection.getresponse().status == 404
    connection.close()
    assert emulated.client("dynamodb").list_tables()["TableNames"] == ["items"]
