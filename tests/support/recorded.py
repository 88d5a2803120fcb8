"""What every function asks of AWS: its real handler runs in the made-up shop, and each call is written down."""

from __future__ import annotations

import contextlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import app as application
from chalicelib.domain import instants
from chalicelib.domain.staff.directory import user_id_of
from chalicelib.handlers.endpoint import ENDPOINTS
from chalicelib.repos.sns_signature import Signatures
from chalicelib.wiring import clients
from infra import schedules
from tests.support import needed
from tests.support.memory.errors import Refusal
from tests.support.memory.sending import Mail
from tests.support.policies import Call
from tests.support.world import World, delivery, environment
from tests.support.world.environment import PROVIDER_TOPICS

Handler = Callable[[Any, Any], Any]
HTTP = "APIHandler"
# Beside the examples of the routes: the channels that they leave out.
MORE = (
    {"channel": "email", "subject": "Ready", "text": "Your ring is ready."},
    {"channel": "push", "subject": "Ready", "text": "Your ring is ready."},
    {"channel": "sms", "text": "Your ring is ready."},
)


class Recorder:
    """The calls of each function, as the permissions that they need."""

    def __init__(self) -> None:
        self.calls: dict[str, set[Call]] = defaultdict(set)
        self.made: dict[str, int] = defaultdict(int)
        self.unknown: list[str] = []  # calls of which nobody knows what they need
        self._function: str | None = None

    def note(self, service: str, operation: str, sent: Mapping[str, Any]) -> None:
        """Write a call down, if a function is at work."""
        if self._function is not None:
            self.made[self._function] += 1
            try:
                self.calls[self._function] |= set(needed.permissions(service, operation, sent))
            except Exception as unknown:  # noqa: BLE001 -- a handler would take it for a failure of the service
                self.unknown.append(f"{service} {operation}: {unknown!r}")

    def of(self, function: str, handler: Handler) -> Handler:
        """The handler, with what it calls written down as that function's."""

        def watched(event: Any, context: Any) -> Any:
            before, self._function = self._function, function
            environment.restart()  # a process that has just begun asks for everything itself
            try:
                return handler(event, context)
            finally:
                self._function = before

        return watched


@contextmanager
def recording(world: World) -> Iterator[Recorder]:
    """Write down what the functions call while this is entered."""
    recorder, real = Recorder(), world.cloud.call

    def call(service: str, operation: str, sent: Mapping[str, Any]) -> Any:
        recorder.note(service, operation, sent)
        return real(service, operation, sent)

    with ExitStack() as stack:
        stack.enter_context(patch.object(world.cloud, "call", call))
        stack.enter_context(patch("tests.support.api.app", recorder.of(HTTP, application.app)))
        watched = {name: recorder.of(name, handler) for name, handler in delivery.FUNCTIONS.items()}
        stack.enter_context(patch.dict(delivery.FUNCTIONS, watched))
        for name, permission in (("generate_presigned_url", "GetObject"), ("generate_presigned_post", "PutObject")):
            stack.enter_context(_signing(recorder, name, permission))
        yield recorder


@contextmanager
def _signing(recorder: Recorder, name: str, permission: str) -> Iterator[None]:
    """Who signs a link must be allowed what whoever follows it does."""
    client = clients.s3()
    real = getattr(client, name)

    def sign(*given: Any, **options: Any) -> Any:
        bucket, key = given[:2] if name.endswith("post") else (options["Params"]["Bucket"], options["Params"]["Key"])
        recorder.note("s3", permission, {"Bucket": bucket, "Key": key})
        return real(*given, **options)

    with patch.object(client, name, sign):
        yield


def run_everything(world: World) -> None:
    """Every route with each request that it knows, every schedule, what providers tell; and all that follows."""
    for route in sorted(ENDPOINTS):
        for request in world.requests(route):
            world.reset()
            world.send(request)
            if ENDPOINTS[route].writes:
                world.deliver()
    for step in STEPS:
        world.reset()
        step(world)
        world.deliver()


def _other_channels(world: World) -> None:
    for body in MORE:
        world.api("sales").post("/v1/messages", {**body, "customer_id": world.records["cus"][0]})


def _staff_who_go_and_come(world: World) -> None:
    path = f"/v1/users/{user_id_of(world.subjects['ravi'])}"
    for disabled in (True, False):
        world.api("admin").patch(path, {"disabled": disabled})


def _schedules(world: World) -> None:
    for each in schedules.definitions():
        world.reset()
        for _ in range(2):  # the second finds what the first has left
            delivery.call(each["target"], each["input"])
            world.deliver()
            world.pass_time(timedelta(days=1))


def _providers(world: World) -> None:
    """What became of a mail, and what a customer wrote."""
    mail = world.cloud.mails[0]
    told_by_ses(world, mail, "Delivery")
    told_by_ses(world, mail, "Bounce", bounce={"bounceType": "Permanent"})
    for number, word in enumerate(("Thanks", "STOP", "START")):
        text = {"originationNumber": "+919810000001", "messageBody": word, "inboundMessageId": f"in-{number}"}
        _told(world, text, f"sns-{number}")


def told_by_ses(world: World, mail: Mail, kind: str, **detail: Any) -> None:
    """Let the worker take in what SES says of a mail; whether the signature is looked at is shown elsewhere."""
    about = {"messageId": mail.id, "tags": {"message": [mail.tags["message"]]}}
    _told(world, {"eventType": kind, "mail": about, **detail}, f"ses-{kind}")


def _told(world: World, payload: Mapping[str, Any], message_id: str) -> None:
    facts = {"TopicArn": PROVIDER_TOPICS[0], "MessageId": message_id, "Timestamp": instants.to_text(world.clock.now)}
    body = {"Type": "Notification", **facts, "Message": json.dumps(payload)}
    with patch.object(Signatures, "require", lambda *_: None):
        delivery.call("Worker", {"Records": [{"messageId": message_id, "body": json.dumps(body)}]})


def _birthday(world: World) -> None:
    """It is the birthday of somebody who wants to hear of it."""
    sales, born = world.api("sales"), (world.clock.now + timedelta(days=1)).strftime("1990-%m-%d")
    fields = {"given_name": "Ila", "birthday": born, "emails": [{"address": "ila@shop.example"}]}
    customer_id = sales.post("/v1/customers", fields).json["id"]
    word = {"channel": "email", "purpose": "birthday", "granted": True, "source": "in_store"}
    sales.post(f"/v1/customers/{customer_id}/consents", word)
    world.pass_time(timedelta(days=1))


class _Died(BaseException):
    """The process ends."""


def _left_behind(world: World) -> None:
    """The stream forgot events of every purpose, and the sender died: what the sweep of the minute finds."""
    _other_channels(world)
    world.send(world.request("POST /v1/exports"))
    _birthday(world)
    world.sweep("birthdays")
    world.cloud.take_stream()
    _a_minute_later(world)
    with patch.object(world.cloud.ses, "call", side_effect=_Died), contextlib.suppress(_Died):
        delivery.work_off(world.cloud, "sending")
    for _ in range(2):
        world.pass_time(timedelta(minutes=30))
        _a_minute_later(world)


def _a_minute_later(world: World) -> None:
    world.pass_time(timedelta(minutes=2))
    world.sweep("pending")


def _too_fast(world: World) -> None:
    """The provider takes no more for now: the message goes back into the queue."""
    _other_channels(world)
    delivery.relay(world.cloud)
    with patch.object(world.cloud.ses, "call", side_effect=Refusal("TooManyRequestsException", "slow down", 429)):
        delivery.work_off(world.cloud, "sending")


def _first_key(world: World) -> None:
    """Nobody has needed the key that signs cursors and links, and then two do."""
    _birthday(world)
    world.sweep("birthdays")
    for go_on in (world.deliver, lambda: world.api("sales").get("/v1/customers?limit=1")):
        world.cloud.ssm.parameters = {}
        go_on()


def _short_of_time(world: World) -> None:
    """A job that does not finish within its turn sends itself the message that goes on."""
    world.api("manager").post("/v1/exports", {"format": "csv"})
    delivery.relay(world.cloud)
    with patch.object(delivery.Context, "get_remaining_time_in_millis", lambda _: 0):
        delivery.work_off(world.cloud, "imports")


STEPS = (
    _other_channels,
    _staff_who_go_and_come,
    _schedules,
    _providers,
    _left_behind,
    _too_fast,
    _first_key,
    _short_of_time,
)
