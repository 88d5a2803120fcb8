"""A message about a job that another worker is at, or has done meanwhile."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.support.imports import deliver
from tests.support.overtaken import meanwhile
from tests.support.world import World
from tests.support.world.environment import QUEUES


def remembered(world: World) -> list[Any]:
    """What the queue is to bring later."""
    return [json.loads(message.body) for message in world.cloud.take_messages(QUEUES["imports"], delayed=True)]


@pytest.fixture
def job_id(world: World) -> str:
    """An export that waits for a worker; its message is taken out of the queue."""
    begun = world.api("manager").post("/v1/exports", {"format": "csv"})
    assert begun.status == 202, begun.text
    world.cloud.take_stream()
    return str(begun.json["id"])


def test_a_job_that_another_worker_has_done_meanwhile_is_left_alone(world: World, job_id: str) -> None:
    message = json.dumps({"job_id": job_id})
    with meanwhile(job_id, lambda: deliver(message)):
        assert deliver(message) == []
    assert world.api("manager").get(f"/v1/exports/{job_id}").json["status"] == "done"
    assert remembered(world) == []


def test_a_job_that_another_worker_is_at_is_looked_at_again(world: World, job_id: str) -> None:
    message = json.dumps({"job_id": job_id})

    def begun() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("chalicelib.domain.jobs.run.Turn.out_of_time", lambda _: True)
            patch.setattr("chalicelib.domain.jobs.run.Turn._stop", lambda _: True)  # it dies, and its lease stays
            deliver(message)

    with meanwhile(job_id, begun):
        assert deliver(message) == []
    assert remembered(world) == [{"job_id": job_id}]
    world.pass_time(timedelta(minutes=2))
    assert deliver(message) == []
    assert world.api("manager").get(f"/v1/exports/{job_id}").json["status"] == "done"
