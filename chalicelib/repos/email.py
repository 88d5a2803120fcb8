"""Mails through SES v2, as raw MIME: headers that make an unsubscribe button need it."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.domain.messages.provider_events import TAG
from chalicelib.domain.messages.providing import Outgoing, Refused
from chalicelib.repos.mime import ascii_address, mime
from chalicelib.repos.provider_errors import meaning
from chalicelib.repos.table import Client


class Email:
    """SES. The client must not retry: a mail whose answer was lost would be sent twice."""

    def __init__(self, client: Client, configuration_set: str, now: Callable[[], datetime]) -> None:
        self._client, self._configuration_set, self._now = client, configuration_set, now

    def send(self, outgoing: Outgoing) -> str:
        """Hand the mail to SES, once.

        Raises:
            NotAccepted, Refused, Unclear: see there.
        """
        try:
            raw, address = mime(outgoing, self._now()), ascii_address(outgoing.address)
        except ValueError as unusable:  # nothing has left
            raise Refused("invalid_message") from unusable
        arguments = {"ConfigurationSetName": self._configuration_set} if self._configuration_set else {}
        try:
            answer = self._client.send_email(
                Destination={"ToAddresses": [address]},
                Content={"Raw": {"Data": raw}},  # its From header is the sender
                EmailTags=[{"Name": TAG, "Value": outgoing.message_id}],
                **arguments,
            )
        except Exception as failure:
            raise meaning(failure) from failure
        return str(answer["MessageId"])


def most_per_second(client: Client) -> float:
    """Mails per second that SES allows this account, in all its processes together.

    Raises:
        botocore.exceptions.ClientError, BotoCoreError: SES did not say.
    """
    return float(client.get_account()["SendQuota"]["MaxSendRate"])
