"""What one version of the code wrote and answered, in a file that any other version can read.

A sample holds the whole account of the made-up shop (every item, every file), what was in the stream and the queues,
and what each reading route answered.
"""

import base64
import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3

from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support.memory import Cloud
from tests.support.world import World, delivery, environment, pool
from tests.support.world.clock import Clock
from tests.support.world.shop import PEOPLE

HOME = Path(__file__).resolve().parents[1] / "proof" / "written_by"
ASKED = ("admin", "manager", "sales", "analyst")
KEY = "written-before"
# Routes whose answers changed on purpose since the newest file was written, and why; empty it with the next file.
CHANGED: Mapping[str, str] = {}
OF_A_VERSION = frozenset(("GET /v1/docs", "GET /v1/openapi.json"))
MOST = 2  # requests of a route
REQUEST = re.compile(r"req_[0-9a-z]{26}")
SIGNED = frozenset(("next_cursor",))  # a token of this code; the other one is followed instead
Sample = dict[str, Any]


def taken(world: World) -> Sample:
    """The account as it is, and what the reading routes answer. The world is as it was built."""
    world.reset()
    _more(world)
    kept = _remembered(world)
    account, snapshot = _account(world), world.cloud.snapshot()
    answers, now = [], world.clock.now
    for route in sorted(route for route, endpoint in ENDPOINTS.items() if endpoint.method == "GET"):
        if route in OF_A_VERSION:
            continue
        for request in world.requests(route)[:MOST]:
            for name in ASKED if ENDPOINTS[route].permission else (None,):
                answers += list(_answers(world, snapshot, now, route, request.path, name))
    return {"now": now.isoformat(), "answers": answers, "kept": kept, **_under_way(world), **account}


def _more(world: World) -> None:
    """What the made-up shop does not hold at rest: a day that is sealed, runs of sweeps, a message on its way."""
    world.pass_time(timedelta(days=1))
    for sweep in ("seal", "birthdays", "follow-ups"):
        world.sweep(sweep)
    world.deliver()
    message = {"customer_id": world.records["cus"][0], "channel": "email", "purpose": "service"}
    sent = world.api("manager").post("/v1/messages", {**message, "subject": "On its way", "text": "Soon"})
    assert sent.status == 201, sent.text
    inquiry = world.api("sales").post(f"/v1/customers/{world.records['cus'][0]}/inquiries", {"text": "Any rings?"})
    assert inquiry.status == 201, inquiry.text


def _remembered(world: World) -> Sample:
    """A request under an Idempotency-Key, and its answer: the same again is answered from what was kept."""
    path, body = f"/v1/customers/{world.records['cus'][0]}/notes", {"text": "Written before"}
    reply = world.api("manager").post(path, body, Idempotency_Key=KEY)
    assert reply.status == 201, reply.text
    return {"path": path, "body": body, "status": reply.status, "answer": reply.text}


def _answers(world: World, snapshot: Any, now: datetime, route: str, path: str, name: str | None) -> Iterable[Sample]:
    """What a route answers, and the second page of a list that has one: its cursor was made by this code."""
    for asked in (path, _paged(path)):
        world.cloud.restore(snapshot)
        world.clock.set(now)
        reply = world.api(name).get(asked)
        yield {"route": route, "path": asked, "as": name, "status": reply.status, "body": reply.text}
        more = reply.json.get("next_cursor") if reply.status == 200 and reply.text.startswith('{"items"') else None
        if more and asked != path:
            following = f"{asked}&cursor={quote(more)}"
            world.clock.set(now)  # links are signed with the time
            reply = world.api(name).get(following)
            yield {"route": route, "path": following, "as": name, "status": reply.status, "body": reply.text}


def _paged(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}limit=1"


def _under_way(world: World) -> Sample:
    """A stream record of every kind of event, and the messages that the relay makes of them."""
    world.reset()
    records = [record for record in world.cloud.stream if _is_published(record)]
    kinds = {record["dynamodb"]["NewImage"]["kind"]["S"]: _plain(record) for record in records}
    world.cloud.take_stream()
    delivery.call("Relay", {"Records": list(kinds.values())})
    queues = {name: [each.body for each in world.cloud.queues[url]] for name, url in environment.QUEUES.items()}
    world.reset()
    return {"stream": list(kinds.values()), "queues": queues}


def _is_published(record: Mapping[str, Any]) -> bool:
    image = record["dynamodb"].get("NewImage", {})
    return bool(record["eventName"] == "INSERT" and image.get("publish", {}).get("BOOL", False))


def _account(world: World) -> Sample:
    cloud = world.cloud
    files = {
        bucket: [[key, base64.b64encode(each.content).decode(), dict(each.metadata)] for key, each in kept.items()]
        for bucket, kept in cloud.files.items()
    }
    parameters = {name: facts["Value"] for name, facts in cloud.ssm.parameters.items()}
    items = [_plain(item) for item in cloud.items(environment.TABLE).values()]
    return {"items": items, "files": files, "parameters": parameters, "people": dict(world.subjects)}


def _plain(value: Any) -> Any:
    """Typed attributes in JSON."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each) for each in value]
    return value


def write(sample: Sample, path: Path) -> None:
    """Keep it; the same sample makes the same file."""
    text = json.dumps(sample, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def read(path: Path) -> Sample:
    """A sample that was kept."""
    found: Sample = json.loads(gzip.decompress(path.read_bytes()))
    return found


@contextmanager
def laid_out(sample: Sample) -> Iterator[World]:
    """A world that holds what the sample holds, at its time. Everything that asks AWS asks it."""
    world = World(Cloud(), Clock(), dict(sample["people"]))
    pool._token.cache_clear()  # tokens of another time
    with environment.entered(world.cloud, world.clock):
        environment.make_services(world.cloud)
        world.clock.set(datetime.fromisoformat(sample["now"]))
        for name, groups in PEOPLE.items():
            environment.make_person(name, *groups)
        _fill(world.cloud, sample)
        world.cloud.take_stream()
        world.keep()
        yield world
    pool._token.cache_clear()


def _fill(cloud: Cloud, sample: Sample) -> None:
    dynamodb, ssm = boto3.client("dynamodb"), boto3.client("ssm")
    for start in range(0, len(sample["items"]), 25):
        chunk = [{"PutRequest": {"Item": item}} for item in sample["items"][start : start + 25]]
        dynamodb.batch_write_item(RequestItems={environment.TABLE: chunk})
    for bucket, files in sample["files"].items():
        for key, content, _ in files:
            cloud.upload(bucket, key, base64.b64decode(content), "application/octet-stream")
    for name, value in sample["parameters"].items():
        ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


def differences(world: World, sample: Sample, *, we_are_newer: bool) -> Iterator[str]:
    """Where this code answers otherwise than the code that wrote the sample. What is new in an answer may be there."""
    for each in sample["answers"]:
        if each["route"] not in ENDPOINTS or each["route"] in CHANGED:
            continue
        world.reset()
        reply = world.api(each["as"]).get(each["path"])
        old, new = (each["body"], reply.text) if we_are_newer else (reply.text, each["body"])
        if reply.status != each["status"]:
            yield f"{each['as']} {each['path']}: {each['status']} became {reply.status} {reply.text[:200]}"
        elif not _within(_read(old), _read(new)):
            yield f"{each['as']} {each['path']}: {old[:600]} became {new[:600]}"
    world.reset()


def _read(text: str) -> Any:
    """An answer without what no two answers have in common."""
    try:
        return json.loads(REQUEST.sub("", text))
    except ValueError:
        return text


def _within(old: Any, new: Any) -> bool:
    """Whether all that the older answer says is said by the newer one."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(name in new and (name in SIGNED or _within(value, new[name])) for name, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_within, old, new))
    return bool(old == new)


def replayed(world: World, sample: Sample) -> Iterator[str]:
    """Whether the answer that was kept for a key is given again, and nothing is written."""
    kept, position = sample["kept"], world.cloud.position
    reply = world.api("manager").post(kept["path"], kept["body"], Idempotency_Key=KEY)
    if (reply.status, reply.text) != (kept["status"], kept["answer"]) or world.cloud.position != position:
        yield f"the kept answer {kept['answer'][:200]} became {reply.status} {reply.text[:200]}"
    world.reset()


def not_worked_off(world: World, sample: Sample) -> Iterator[str]:
    """What is given back of the stream's records and of the messages that were under way."""
    answer = delivery.call("Relay", {"Records": sample["stream"]})
    yield from (f"the relay gave back {each}" for each in delivery.failed(answer))
    for name, bodies in sample["queues"].items():
        for body in bodies:
            message = world.cloud.send_message(environment.QUEUES[name], body)
            world.cloud.take_messages(environment.QUEUES[name])
            answer = delivery.call(delivery.function_of(name), delivery.sqs_event([message], name))
            yield from (f"{name} gave back {body[:200]}" for _ in delivery.failed(answer))
    delivery.all_of_it(world.cloud)
    world.reset()
