"""What the mapping of a stream does with an answer that names failures."""

import pytest

from tests.local import functions
from tests.local.emulated import Emulated

pytestmark = pytest.mark.emulator

FAILS_ONCE = """
import boto3
def handle(event, context):
    s3 = boto3.client("s3")
    number = s3.list_objects_v2(Bucket="files")["KeyCount"]
    s3.put_object(Bucket="files", Key=f"attempt-{number}", Body=b"")
    failed = [record["dynamodb"]["SequenceNumber"] for record in event["Records"]] if number == 0 else []
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
"""


def test_a_batch_that_failed_in_part_comes_again(emulated: Emulated) -> None:
    emulated.make_table("items")
    emulated.client("s3").create_bucket(Bucket="files")
    functions.make(emulated, "relay", FAILS_ONCE)
    stream = emulated.client("dynamodb").describe_table(TableName="items")["Table"]["LatestStreamArn"]
    emulated.client("lambda").create_event_source_mapping(
        EventSourceArn=stream,
        FunctionName="relay",
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    emulated.client("dynamodb").put_item(TableName="items", Item={"pk": {"S": "one"}, "sk": {"S": "a"}})
    wanted = {"attempt-0", "attempt-1"}
    assert functions.objects(emulated, wanted) == wanted
