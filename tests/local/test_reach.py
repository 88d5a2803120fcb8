"""A request is acknowledged when everything it changed is in the journal: nothing changes beyond its service's reach.

Asked inside the process: from outside, the look that comes four times a second hides what a request left out.
"""

import json
from pathlib import Path

import pytest

from tests.local.inside import said_by

pytestmark = pytest.mark.emulator

BEFORE = """
from ministack.core.responses import request_scope
from ministack.services import eventbridge, s3, ses, ses_v2, sns, sqs
from local.durable.encoding import Blobs, Codec
from local.durable.services import Services
services = Services(Codec(Blobs(Path(sys.argv[1]) / "blobs")))
ARN = "arn:aws:{}:us-east-1:000000000000:{}"

def call(module, **params):
    form = "&".join(f"{name}={value}" for name, value in params.items()).encode()
    return asyncio.run(module.handle_request("POST", "/", {}, form, {}))

call(sqs, Action="CreateQueue", QueueName="q")
call(sns, Action="CreateTopic", Name="t")
call(sns, Action="Subscribe", TopicArn=ARN.format("sns", "t"), Protocol="sqs", Endpoint=ARN.format("sqs", "q"))
ses_v2._create_config_set("set", {})
ses_v2._put_event_destination("set", "told", {"Enabled": True, "MatchingEventTypes": ["SEND"],
                                              "SnsDestination": {"TopicArn": ARN.format("sns", "t")}}, create=True)
rule = {"EventBusName": "bus"}
eventbridge._create_event_bus({"Name": "bus"})
eventbridge._put_rule({**rule, "Name": "r", "EventPattern": json.dumps({"source": ["facet"]})})
eventbridge._put_targets({**rule, "Rule": "r", "Targets": [{"Id": "1", "Arn": ARN.format("sqs", "q")}]})
event = {**rule, "Source": "facet", "DetailType": "note_added", "Detail": "{}"}
mail = json.dumps({
    "FromEmailAddress": "a@example.com",
    "Destination": {"ToAddresses": ["b@example.com"]},
    "Content": {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}},
    "ConfigurationSetName": "set",
}).encode()
for tracker in services.loaded():
    tracker.changed()
REQUEST
changed = {tracker.service for tracker in services.loaded() if tracker.changed()}
reach = {tracker.service for tracker in services.touched(SERVICE)}
print(json.dumps([sorted(changed), sorted(changed - reach)]))
"""
MAIL = ["outbox", "ses", "sqs"]


@pytest.mark.parametrize(
    ("service", "request_", "changes"),
    [
        ("ses", "asyncio.run(ses_v2.handle_request('POST', '/v2/email/outbound-emails', {}, mail, {}))", MAIL),
        ("sns", "call(sns, Action='Publish', PhoneNumber='%2B919819940507', Message='hello')", ["outbox"]),
        ("sns", "call(sns, Action='Publish', TopicArn=ARN.format('sns', 't'), Message='hello')", ["sqs"]),
        ("events", "eventbridge._put_events({'Entries': [event]})", ["sqs"]),
    ],
    ids=["mail", "text", "notification", "event"],
)
def test_a_request_changes_nothing_beyond_its_reach(
    tmp_path: Path, service: str, request_: str, changes: list[str]
) -> None:
    code = BEFORE.replace("REQUEST", request_).replace("SERVICE", repr(service))
    assert json.loads(said_by(code, tmp_path)) == [changes, []]
