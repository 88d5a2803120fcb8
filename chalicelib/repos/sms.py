"""Text messages through SNS."""

from typing import Any

from chalicelib.domain.messages.provider_events import TAG
from chalicelib.domain.messages.providing import Outgoing, Refused
from chalicelib.repos.provider_errors import meaning
from chalicelib.repos.table import Client

# Texts per second of an account by default; AWS General Reference, Amazon SNS quotas. A dedicated number may carry
# less (a US long code one per second): then SNS queues what it has accepted.
MOST_PER_SECOND = 20.0


class Sms:
    """SNS. The client must not retry: a text whose answer was lost would be sent twice."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def send(self, outgoing: Outgoing) -> str:
        """Hand the text to SNS, once.

        Raises:
            NotAccepted, Refused, Unclear: see there.
        """
        try:
            answer = self._client.publish(
                PhoneNumber=outgoing.address,
                Message=_encodable(outgoing.content.text),
                MessageAttributes=attributes(outgoing),
            )
        except Refused:
            raise
        except Exception as failure:
            raise meaning(failure) from failure
        return str(answer["MessageId"])


def attributes(outgoing: Outgoing) -> dict[str, Any]:
    """How SNS is to route the text. The two ids of India's register go along only together."""
    kind = "Promotional" if outgoing.promotional else "Transactional"
    named = {TAG: outgoing.message_id, "AWS.SNS.SMS.SMSType": kind, "AWS.SNS.SMS.SenderID": outgoing.sms_sender_id}
    if outgoing.dlt_entity_id and outgoing.dlt_template_id:
        named["AWS.MM.SMS.EntityId"] = outgoing.dlt_entity_id
        named["AWS.MM.SMS.TemplateId"] = outgoing.dlt_template_id
    return {name: {"DataType": "String", "StringValue": value} for name, value in named.items() if value}


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as unusable:
        raise Refused("invalid_message") from unusable
    return text
