"""Schedules fire, also after a restart, and a target that failed is tried again."""

import json
from pathlib import Path

import pytest

from tests.local import functions
from tests.local.emulated import Emulated
from tests.local.inside import said_by

pytestmark = pytest.mark.emulator

WRITES = """
import boto3
def handle(event, context):
    boto3.client("s3").put_object(Bucket="files", Key=event["sweep"], Body=b"")
"""

TICK = """
import time
from ministack.services import lambda_svc, scheduler
from local.mends import schedules
schedules._PAUSES_SECONDS = (0.0, 0.0, 0.0)
lambda_svc._get_func_record_for_ref = lambda arn: ({"name": arn}, {"name": arn}, arn)
lambda_svc._execution_record_for_config = lambda function, settings: function
ran = []
def execute(record, event):
    ran.append(event["sweep"])
    return {"error": FAILS(len(ran)), "body": {}}
lambda_svc._execute_function_with_config_scope = execute
for name, seconds_ago in (("due", 61), ("early", 30)):
    target = {"Arn": "arn:aws:lambda:us-east-1:000000000000:function:f", "RoleArn": "r",
              "Input": json.dumps({"sweep": name})}
    scheduler._create_schedule(name, {"ScheduleExpression": "rate(1 minute)", "FlexibleTimeWindow": {"Mode": "OFF"},
                                      "Target": target})
    scheduler._schedules["default/" + name]["CreationDate"] = time.time() - seconds_ago
scheduler._tick_schedules()
scheduler._tick_schedules()
while not schedules._jobs.empty() or len(ran) < ATTEMPTS:
    time.sleep(0.01)
print(json.dumps(ran))
"""


def test_a_schedule_fires_after_a_restart(emulated: Emulated) -> None:
    emulated.client("s3").create_bucket(Bucket="files")
    target = {
        "Arn": functions.make(emulated, "sweeps", WRITES),
        "RoleArn": "arn:aws:iam::000000000000:role/r",
        "Input": json.dumps({"sweep": "birthdays"}),
    }
    emulated.client("scheduler").create_schedule(
        Name="birthdays",
        ScheduleExpression="at(2020-01-01T00:00:00)",  # over, so it is due whenever somebody looks
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )
    emulated.kill()
    emulated.start()
    assert functions.objects(emulated, {"birthdays"}) == {"birthdays"}


@pytest.mark.parametrize(
    ("fails", "attempts"), [("False", 1), ("number < 3", 3), ("True", 3)], ids=["at once", "at last", "never"]
)
def test_a_rate_fires_once_in_its_time_and_what_failed_is_tried_again(
    tmp_path: Path, fails: str, attempts: int
) -> None:
    code = TICK.replace("FAILS", f"(lambda number: {fails})").replace("ATTEMPTS", str(attempts))
    assert json.loads(said_by(code, tmp_path)) == ["due"] * attempts


BY_THE_CLOCK = """
import calendar
from ministack.services import scheduler
from local.mends import schedules
ran = []
schedules._jobs.put = lambda job: ran.append(job[3]["sweep"])
two = calendar.timegm((2027, 3, 2, 2, 0, 0))
def schedule(name, expression, made):
    target = {"Arn": "arn:aws:lambda:us-east-1:000000000000:function:f", "RoleArn": "r",
              "Input": json.dumps({"sweep": name})}
    scheduler._create_schedule(name, {"ScheduleExpression": expression, "FlexibleTimeWindow": {"Mode": "OFF"},
                                      "Target": target})
    scheduler._schedules["default/" + name]["CreationDate"] = made
    scheduler._schedules["default/" + name]["LastModificationDate"] = made
schedule("seal", "cron(0 2 * * ? *)", two - 3 * 86400)
schedule("young", "cron(0 2 * * ? *)", two + 60)
schedule("sundays", "cron(0 2 ? * SUN *)", two - 30 * 86400)
said = []
for moment in MOMENTS:
    scheduler.time = type("Clock", (), {"time": staticmethod(lambda: moment)})
    schedules.look(scheduler, moment)
    said.append(list(ran))
    ran.clear()
print(json.dumps(said))
"""


@pytest.mark.parametrize(
    ("moments", "fired"),
    [
        ("two - 70, two - 10, two + 1, two + 11, two + 86400", [["seal"], [], ["seal"], [], ["seal", "young"]]),
        ("two + 9 * 3600, two + 10 * 3600", [["seal"], []]),
        ("two + 5 * 86400 + 9,", [["seal", "young", "sundays"]]),
    ],
    ids=["running at two", "started at eleven", "started on Sunday morning"],
)
def test_what_has_its_time_by_the_clock_fires_once_a_day_in_utc_also_when_the_machine_was_off(
    tmp_path: Path, moments: str, fired: list[list[str]]
) -> None:
    code = BY_THE_CLOCK.replace("MOMENTS", f"({moments})")
    assert json.loads(said_by(code, tmp_path)) == fired
