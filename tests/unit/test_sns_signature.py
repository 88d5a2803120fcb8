"""Whether a notification is genuine: its signature, its topic, and where its certificate comes from."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from chalicelib.domain.errors import Unavailable
from chalicelib.repos.sns_signature import MOST_KEPT, SIGNED, Forged, Signatures

TOPIC = "arn:aws:sns:eu-west-1:123456789012:facet-prod-mail-events"
URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def signed(key: rsa.RSAPrivateKey, version: str = "2", **changes: Any) -> dict[str, Any]:
    """A notification as SNS signs it; `changes` are made before."""
    envelope = {
        "Type": "Notification",
        "MessageId": "1",
        "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Event Notification",
        "Message": "{}",
        "Timestamp": "2026-11-22T10:00:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": URL,
        **changes,
    }
    text = "".join(f"{name}\n{envelope[name]}\n" for name in SIGNED if envelope.get(name) is not None)
    digest: hashes.HashAlgorithm = hashes.SHA1() if version == "1" else hashes.SHA256()  # noqa: S303 -- as SNS does
    signature = key.sign(text.encode(), padding.PKCS1v15(), digest)
    return {**envelope, "Signature": base64.b64encode(signature).decode()}


def checker(key: rsa.RSAPrivateKey, endpoint: str | None = None) -> tuple[Signatures, list[str]]:
    fetched: list[str] = []

    def fetch(url: str) -> bytes:
        fetched.append(url)
        return certificate(key)

    return Signatures((TOPIC,), endpoint, fetch), fetched


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", ["Amazon SES Email Event Notification", None])
def test_a_genuine_notification_passes(key: rsa.RSAPrivateKey, version: str, subject: str | None) -> None:
    signatures, fetched = checker(key)
    for _ in range(2):
        signatures.require(signed(key, version, Subject=subject))
    assert fetched == [URL]


@pytest.mark.parametrize("field", ["Message", "MessageId", "Subject", "Timestamp"])
def test_a_changed_field_breaks_the_signature(key: rsa.RSAPrivateKey, field: str) -> None:
    with pytest.raises(Forged, match="wrong signature"):
        checker(key)[0].require({**signed(key), field: "other"})


FORGED: list[dict[str, Any]] = [
    {"Type": "SubscriptionConfirmation"},
    {"Type": "UnsubscribeConfirmation"},
    {"TopicArn": "arn:aws:sns:eu-west-1:999999999999:facet-prod-mail-events"},
    {"TopicArn": None},
    {"SignatureVersion": "3"},
    {"Signature": "bm8="},
    {"Signature": "not base64!"},
    {"Signature": None},
    {"SigningCertURL": None},
    {"SigningCertURL": URL.replace("https", "http")},
    {"SigningCertURL": URL.replace("amazonaws.com", "amazonaws.com.evil.example")},
    {"SigningCertURL": URL.replace("https://sns.", "https://evil.example/sns.")},
    {"SigningCertURL": URL.replace("https://sns", "https://evil@sns")},
    {"SigningCertURL": URL.replace("eu-west-1", "us-east-1")},  # another region's than the topic's
    {"SigningCertURL": URL.replace(".pem", ".pem?x")},
    {"SigningCertURL": URL.replace("SimpleNotificationService-", "x/../SimpleNotificationService-")},
    {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com/other.pem"},
    {"SigningCertURL": f"{URL}\n"},
    {"SigningCertURL": "http://127.0.0.1:4566/_facet/sns-certificate.pem"},
    {"SigningCertURL": "file:///etc/passwd"},
]


@pytest.mark.parametrize("changes", FORGED, ids=str)
def test_what_is_forged_is_not_believed_and_nothing_strange_is_fetched(
    key: rsa.RSAPrivateKey, changes: dict[str, Any]
) -> None:
    signatures, fetched = checker(key)
    signatures.require(signed(key))  # the certificate is known: it must not help
    with pytest.raises(Forged):
        signatures.require({**signed(key), **changes})
    assert fetched == [URL]


def test_another_key_is_not_that_of_sns(key: rsa.RSAPrivateKey) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(Forged, match="wrong signature"):
        checker(key)[0].require(signed(other))


def test_the_local_aws_serves_its_certificate_itself(key: rsa.RSAPrivateKey) -> None:
    url = "http://127.0.0.1:4566/_facet/sns-certificate.pem"
    signatures, fetched = checker(key, "http://127.0.0.1:4566/")
    signatures.require(signed(key, SigningCertURL=url))
    assert fetched == [url]


def test_without_its_certificate_a_notification_comes_again(key: rsa.RSAPrivateKey) -> None:
    def fetch(_: str) -> bytes:
        raise OSError

    with pytest.raises(Unavailable):
        Signatures((TOPIC,), None, fetch).require(signed(key))


def test_no_topic_is_believed_when_none_is_named(key: rsa.RSAPrivateKey) -> None:
    signatures = Signatures((), None, lambda _: certificate(key))
    with pytest.raises(Forged):
        signatures.require(signed(key))


@pytest.mark.parametrize("kind", ["SubscriptionConfirmation", "UnsubscribeConfirmation"])
def test_what_sns_signs_besides_notifications_is_none(key: rsa.RSAPrivateKey, kind: str) -> None:
    with pytest.raises(Forged, match="no notification"):
        checker(key)[0].require(signed(key, Type=kind))


def test_a_certificate_of_another_kind_of_key_is_not_that_of_sns(key: rsa.RSAPrivateKey) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(Forged, match="not a key"):
        Signatures((TOPIC,), None, lambda _: certificate(other)).require(signed(key))


def test_only_so_many_certificates_are_kept(key: rsa.RSAPrivateKey) -> None:
    signatures, fetched = checker(key)
    urls = [URL.replace("0123", f"{number:04d}") for number in range(MOST_KEPT + 1)]
    for url in (*urls, urls[-1], urls[0]):
        signatures.require(signed(key, SigningCertURL=url))
    assert fetched == [*urls, urls[0]]
