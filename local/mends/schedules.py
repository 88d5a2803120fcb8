"""Schedules fire, one after the other, and a target that failed is tried again.

MiniStack fires them only in a server of its own, drops what a function answers, and starts all that are due at once:
three sweeps would be three processes. What has its time by the clock, such as `cron(0 2 * * ? *)`, fires only when it
was running then; most laptops are off at two, so what fell due in the last day is fired at the start.
"""

from __future__ import annotations

import asyncio
import json
import logging
import queue
import sys
import threading
import time
from typing import Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge

_LOOK_SECONDS = 10.0
_DAY_SECONDS = 24 * 3600.0
_PAUSES_SECONDS = (0.0, 1.0, 5.0)  # before each attempt; Lambda waits one and two minutes
Job = tuple[str, str, str, Any]  # account, region, ARN of the function, event
_jobs: queue.Queue[Job] = queue.Queue()
logger = logging.getLogger("facet.schedules")


async def run() -> None:
    """Looks for schedules that are due, for ever."""
    while True:
        module = sys.modules.get("ministack.services.scheduler")
        if module is not None:
            look(module, time.time())
        await asyncio.sleep(_LOOK_SECONDS)


def look(scheduler: Any, now: float) -> None:
    """Starts what is due at `now` (seconds since 1970), and what fell due by the clock within the day before."""
    for place, schedule in list(scheduler._schedules._data.items()):
        if schedule["ScheduleExpression"].startswith("cron(") and place not in scheduler._schedule_last_fired:
            changed = max(schedule["CreationDate"], schedule["LastModificationDate"])
            scheduler._schedule_last_fired[place] = max(changed, now - _DAY_SECONDS)
    scheduler._tick_schedules()


def invoke(job: Job) -> bool:
    """Runs a function until it succeeds, at most three times; False when all failed."""
    from ministack.services import lambda_svc  # noqa: PLC0415 - not before MiniStack itself loads it

    account, region, arn, event = job
    with request_scope(account, region):
        function, settings, name = lambda_svc._get_func_record_for_ref(arn)
        if not function or not settings:
            logger.warning("There is no function %s for this schedule.", arn)
            return False
        for pause in _PAUSES_SECONDS:
            time.sleep(pause)
            record = lambda_svc._execution_record_for_config(function, settings)
            answer = lambda_svc._execute_function_with_config_scope(record, event)
            if not answer.get("error"):
                return True
            logger.warning("%s failed: %s\n%s", name, answer.get("body"), answer.get("log", ""))
    return False


def _work() -> None:
    while True:
        job = _jobs.get()
        try:
            invoke(job)
        except Exception:
            logger.exception("a schedule's target could not be run")


def _dispatch(arn: str, payload: str) -> None:
    _jobs.put((get_account_id(), get_region(), arn, json.loads(payload)))


def install() -> None:
    """Puts our dispatcher in the place of MiniStack's."""
    eventbridge._dispatch_to_lambda = _dispatch
    threading.Thread(target=_work, daemon=True, name="facet-schedules").start()
