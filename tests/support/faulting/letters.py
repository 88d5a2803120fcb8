"""What providers tell, signed as SNS signs it, and messages that wait for the sender."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from chalicelib.domain.messages.model import Message
from chalicelib.repos.sns_signature import LOCAL_CERTIFICATE, SIGNED, Signatures
from chalicelib.wiring import provider_events
from tests.support.sending import queued
from tests.support.world import World
from tests.support.world.environment import ENDPOINT, PROVIDER_TOPICS

LETTER = "All the best"


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _certificate() -> bytes:
    name, day = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")]), timedelta(days=1)
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(_key().public_key())
    made = made.serial_number(1).not_valid_before(now - day).not_valid_after(now + day)
    return made.sign(_key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@contextmanager
def believed() -> Iterator[None]:
    """Let notifications be genuine that `notification` signs."""
    checker = Signatures(PROVIDER_TOPICS, ENDPOINT, lambda _: _certificate())
    with patch.object(provider_events, "signatures", lambda: checker):
        yield


def notification(said: dict[str, Any], number: int = 1) -> str:
    """What SNS puts into the queue of provider events."""
    envelope = {
        "Type": "Notification",
        "MessageId": f"00000000-0000-4000-8000-{number:012d}",
        "TopicArn": PROVIDER_TOPICS[0],
        "Message": json.dumps(said),
        "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "SignatureVersion": "2",
        "SigningCertURL": f"{ENDPOINT}{LOCAL_CERTIFICATE}",
    }
    text = "".join(f"{name}\n{envelope[name]}\n" for name in SIGNED if name in envelope)
    signature = _key().sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return json.dumps({**envelope, "Signature": base64.b64encode(signature).decode()})


def ses_event(kind: str, detail: str, message_id: str) -> dict[str, Any]:
    """What SES tells of a mail."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    mail = {"messageId": "sesv2-00000001", "tags": {"message": [message_id]}}
    return {"eventType": kind, "mail": mail, detail: {"timestamp": at, "bounceType": "Permanent"}}


def waiting(world: World, recipient_id: str, channel: str, purpose: str) -> Message:
    """A message in the table; its event is on the way to the relay."""
    address = {"email": "meera@shop.example", "sms": "+919810000001"}.get(channel)
    message = queued(recipient_id, address, channel=channel, purpose=purpose)
    return replace(message, address=address)
