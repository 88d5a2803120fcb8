"""Runs under the emulator's interpreter, inside its process, because a sweep is a minute away from outside."""

import subprocess
from pathlib import Path

import pytest

from tests.local.emulated import FUNCTIONS, PYTHON, ROOT

pytestmark = pytest.mark.emulator

SWEEP = """
import asyncio, json, os, sys
from pathlib import Path
sys.path.insert(0, os.getcwd())
from local import emulator
emulator._environment(Path(sys.argv[1]), "20000")
from local.reaper import load_items
load_items()
from local.serving import mend
mend(sys.argv[2])
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
    command = [str(PYTHON), "-c", SWEEP, str(tmp_path), str(FUNCTIONS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == '[2, ["later", "never", "text"], ["now", "past"], []]'
