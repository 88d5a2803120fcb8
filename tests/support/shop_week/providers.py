"""What becomes of what has left: providers tell it late, twice, in any order or never; customers answer texts."""

import base64
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from chalicelib.repos import sns_signature
from chalicelib.wiring import provider_events
from tests.support.memory import Cloud
from tests.support.shop_week.varied import NUMBERS
from tests.support.world.environment import ENDPOINT, PROVIDER_TOPICS

OUTCOMES = {"Delivery": 0.7, "Bounce": 0.08, "Soft": 0.05, "Complaint": 0.05, "Open": 0.05, "lost": 0.07}
ANSWERS = ("Saturday is fine", "STOP", "stop", "START", "Thanks")
CERTIFICATE = f"{ENDPOINT}{sns_signature.LOCAL_CERTIFICATE}"


class Providers:
    """Words that are under way: when they are told, and the envelope."""

    def __init__(self, chance: random.Random, cloud: Cloud) -> None:
        self._chance, self._cloud = chance, cloud
        self._mails = len(cloud.mails)
        self._texts = 0
        self.under_way: list[tuple[float, dict[str, Any]]] = []

    def notice(self, now: float) -> None:
        """Decide what will be told of the mails that have left since."""
        mails = self._cloud.mails[self._mails :]
        self._mails += len(mails)
        for mail in mails:
            for kind in self._told():
                event = _event(kind, mail.id, dict(mail.tags), now)
                for _ in range(2 if self._chance.random() < 0.15 else 1):
                    when = now + self._chance.choice((0, 5, 600, 7200, 90_000))
                    self.under_way.append((when, self._envelope(event, PROVIDER_TOPICS[0], now)))

    def due(self, now: float, *, all_of_them: bool = False) -> list[dict[str, Any]]:
        """What is told now, in any order."""
        told = [each for when, each in self.under_way if all_of_them or when <= now][:10]
        kept = [(when, each) for when, each in self.under_way if not any(each is other for other in told)]
        self.under_way = kept
        self._chance.shuffle(told)
        return told

    def text(self, now: float) -> dict[str, Any]:
        """A customer writes."""
        self._texts += 1
        said = {
            "originationNumber": self._chance.choice(NUMBERS),
            "destinationNumber": "+12125550101",
            "messageKeyword": "KEYWORD_1",
            "messageBody": self._chance.choice(ANSWERS),
            "inboundMessageId": f"text-{self._texts}",
            "previousPublishedMessageId": "0",
        }
        return self._envelope(said, PROVIDER_TOPICS[1], now)

    def _told(self) -> list[str]:
        outcome = self._chance.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
        told = ["Send"] if self._chance.random() < 0.9 else []
        if outcome in ("Complaint", "Open"):
            told.append("Delivery")
        if outcome != "lost":
            told.append(outcome)
        return told

    def _envelope(self, said: dict[str, Any], topic: str, now: float) -> dict[str, Any]:
        envelope = {
            "Type": "Notification",
            "MessageId": f"{self._chance.getrandbits(64):016x}",
            "TopicArn": topic,
            "Message": json.dumps(said),
            "Timestamp": _at(now),
            "SignatureVersion": "2",
            "SigningCertURL": CERTIFICATE,
        }
        text = "".join(f"{name}\n{envelope[name]}\n" for name in sns_signature.SIGNED if name in envelope)
        signature = _key().sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return {**envelope, "Signature": base64.b64encode(signature).decode()}


def _event(kind: str, provider_id: str, tags: dict[str, str], now: float) -> dict[str, Any]:
    name, detail = {"Soft": "Bounce"}.get(kind, kind), {"timestamp": _at(now)}
    if name == "Bounce":
        detail["bounceType"] = "Transient" if kind == "Soft" else "Permanent"
    mail = {"messageId": provider_id, "tags": {tag: [value] for tag, value in tags.items()}}
    return {"eventType": name, "mail": mail, name.lower(): detail}


def _at(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 -- quick, and of no worth


@cache
def _certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns")])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(_key().public_key())
    built = built.serial_number(1).not_valid_before(day).not_valid_after(day + timedelta(days=3650))
    return built.sign(_key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@contextmanager
def trusted() -> Iterator[None]:
    """Let the app find the certificate of these providers where the local AWS has it."""
    signatures = sns_signature.Signatures(PROVIDER_TOPICS, ENDPOINT, lambda _: _certificate())
    with patch.object(provider_events, "signatures", lambda: signatures):
        yield
