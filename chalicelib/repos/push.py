"""Push messages to phones and tablets through SNS."""

import json

from chalicelib.domain.messages.provider_events import TAG
from chalicelib.domain.messages.providing import Outgoing
from chalicelib.repos.provider_errors import meaning
from chalicelib.repos.table import Client

MOST_PER_SECOND = 100.0  # SNS takes 300 and more in every region (AWS General Reference, quotas of Publish)


class Push:
    """SNS. The client must not retry: a message whose answer was lost would be sent twice."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def send(self, outgoing: Outgoing) -> str:
        """Hand the message to SNS, once.

        Raises:
            NotAccepted, Refused, Unclear: see there.
        """
        try:
            answer = self._client.publish(
                TargetArn=outgoing.address,
                MessageStructure="json",
                Message=payload(outgoing),
                MessageAttributes={TAG: {"DataType": "String", "StringValue": outgoing.message_id}},
            )
        except Exception as failure:
            raise meaning(failure) from failure
        return str(answer["MessageId"])


def payload(outgoing: Outgoing) -> str:
    """The message in the form of each platform; SNS takes the one of the endpoint."""
    title, text = outgoing.content.subject or "", outgoing.content.text
    alert = {"title": title, "body": text} if title else text
    notification = {"title": title, "body": text} if title else {"body": text}
    apple = json.dumps({"aps": {"alert": alert}, "message_id": outgoing.message_id})
    google = {"notification": notification, "data": {"message_id": outgoing.message_id}}
    return json.dumps(
        {
            "default": text,
            "APNS": apple,
            "APNS_SANDBOX": apple,
            "GCM": json.dumps({"fcmV1Message": {"message": google}}),
        }
    )
