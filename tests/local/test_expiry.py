"""Runs inside the emulator's process, because a sweep is a minute away from outside."""

from pathlib import Path

import pytest

from tests.local.inside import said_by

pytestmark = pytest.mark.emulator

SWEEP = """
import threading
from ministack.services import dynamodb
from local.mends import expiry, items

dynamodb._create_table({
    "TableName": "items", "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
})
dynamodb._update_ttl({
    "TableName": "items", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires_at"},
})
for name, expires in {"past": {"N": "99"}, "now": {"N": "100"}, "later": {"N": "101"}, "text": {"S": "1"}}.items():
    dynamodb._put_item({"TableName": "items", "Item": {"pk": {"S": name}, "expires_at": expires}})
dynamodb._put_item({"TableName": "items", "Item": {"pk": {"S": "never"}}})
items.take()
count = asyncio.run(expiry.sweep(100.0))
left = sorted(dynamodb._tables["items"]["items"])
noted = sorted(change[1] for change in items.take() if change[3] is None)
reapers = [thread.name for thread in threading.enumerate() if "ttl" in thread.name]
print(json.dumps([count, left, noted, reapers]))
"""


def test_a_sweep_deletes_what_is_past_its_time_and_notes_it(tmp_path: Path) -> None:
    assert said_by(SWEEP, tmp_path) == '[2, ["later", "never", "text"], ["now", "past"], []]'
