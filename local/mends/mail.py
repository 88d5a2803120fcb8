"""Mail through SES: everything of it is kept, and the configuration set tells what became of it, as SES does.

MiniStack drops headers, tags and the configuration set of a mail, and never publishes to an event destination.
"""

from __future__ import annotations

import base64
import json
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, parseaddr
from typing import Any

from ministack.services import ses_v2

from local.mends import outbox
from local.mends.mail_events import Mail, publish

_SEND = "/v2/email/outbound-emails"
Headers = list[tuple[str, str]]


def install() -> None:
    """Wraps MiniStack's SES; the sender need not be verified, which is an administrator's step on AWS."""
    plain = ses_v2.handle_request
    ses_v2._message_rejection = lambda *_: None

    async def handle(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        sending = method == "POST" and path.rstrip("/") == _SEND
        if sending and (problem := _problem(json.loads(body or b"{}"))):
            return problem
        answer = await plain(method, path, headers, body, query)
        if sending and answer[0] == 200:
            _keep(json.loads(body), json.loads(answer[2])["MessageId"])
        return answer

    ses_v2.handle_request = handle


def _problem(data: dict[str, Any]) -> Any:
    name = data.get("ConfigurationSetName")
    return ses_v2._missing_config_set(name) if name and name not in ses_v2._config_sets else None


def _keep(data: dict[str, Any], provider_id: str) -> None:
    """Writes an accepted mail into the outbox, and tells the configuration set's destinations."""
    raw = base64.b64decode((data["Content"].get("Raw") or {}).get("Data", ""))
    message = message_from_bytes(raw, policy=default) if raw else _composed(data)
    headers = [(name, str(value)) for name, value in message.items()]
    tags = {tag["Name"]: tag["Value"] for tag in data.get("EmailTags") or []}
    to = _recipients(data, message)
    sender = data.get("FromEmailAddress") or str(message.get("From", ""))
    outbox.add(
        "email",
        provider_id,
        str(message["X-Facet-Message"]) if message["X-Facet-Message"] else tags.get("message"),
        ", ".join(to),
        subject=str(message.get("Subject", "")),
        headers=dict(headers),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        tags=tags,
        configuration_set=data.get("ConfigurationSetName"),
        raw=bytes(message).decode("utf-8", "replace"),
        **{"from": sender},
    )
    publish(Mail(provider_id, parseaddr(sender)[1], to, headers, tags, data.get("ConfigurationSetName") or ""))


def _composed(data: dict[str, Any]) -> EmailMessage:
    """The mail that SES makes of simple content."""
    simple, message = data["Content"].get("Simple") or {}, EmailMessage()
    message["From"] = data.get("FromEmailAddress", "")
    message["To"] = ", ".join((data.get("Destination") or {}).get("ToAddresses") or [])
    message["Subject"] = (simple.get("Subject") or {}).get("Data", "")
    for header in simple.get("Headers") or []:
        message[header["Name"]] = header["Value"]
    bodies = simple.get("Body") or {}
    message.set_content((bodies.get("Text") or {}).get("Data", ""))
    if html := (bodies.get("Html") or {}).get("Data"):
        message.add_alternative(html, subtype="html")
    return message


def _recipients(data: dict[str, Any], message: Any) -> list[str]:
    destination = data.get("Destination") or {}
    given = [address for kind in ("To", "Cc", "Bcc") for address in destination.get(f"{kind}Addresses") or []]
    named = given or [str(message.get(kind, "")) for kind in ("To", "Cc", "Bcc")]
    return [address for _, address in getaddresses(named) if address]


def _part(message: Any, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
