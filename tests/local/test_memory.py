"""A local AWS that runs for days does not grow with what it has done."""

import json
from pathlib import Path

import pytest

from tests.local.inside import said_by

pytestmark = pytest.mark.emulator

MANY = """
from ministack.services import cloudwatch_logs, eventbridge, lambda_svc
for number in range(1200):
    eventbridge._put_events({"Entries": [{"Source": "facet", "DetailType": "note_added", "Detail": "{}"}]})
    lambda_svc._emit_lambda_logs({"FunctionName": "f"}, str(number), "said", False, 1)
(group,) = cloudwatch_logs._log_groups._data.values()
newest = list(group["streams"].values())[-1]["events"][0]["message"]
print(json.dumps([len(eventbridge._events_log_list()), len(group["streams"]), newest]))
"""


def test_events_and_logs_have_a_limit_and_the_newest_stay(tmp_path: Path) -> None:
    events, streams, newest = json.loads(said_by(MANY, tmp_path))
    assert (events, streams) == (1000, 500)
    assert newest == "START RequestId: 1199 Version: $LATEST"
