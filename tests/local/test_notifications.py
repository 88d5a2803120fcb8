"""SNS on this machine: what it signs, and the texts and push notifications it takes."""

import base64
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.local.emulated import Emulated
from tests.local.sending import get, make_topic, outbox, told

pytestmark = pytest.mark.emulator
CERTIFICATE = "/_facet/sns-certificate.pem"


def _verify(emulated: Emulated, envelope: dict[str, Any], digest: hashes.HashAlgorithm) -> None:
    """As Amazon's documentation says it is done: these fields in this order, each name and value on a line."""
    assert envelope["SigningCertURL"] == f"http://127.0.0.1:{emulated.port}{CERTIFICATE}"
    names = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
    text = "".join(f"{name}\n{envelope[name]}\n" for name in names if name in envelope)
    key = x509.load_pem_x509_certificate(get(emulated, CERTIFICATE)).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(base64.b64decode(envelope["Signature"]), text.encode(), padding.PKCS1v15(), digest)


@pytest.mark.parametrize(("version", "digest"), [("1", hashes.SHA1()), ("2", hashes.SHA256())])  # noqa: S303 - SNS's own
@pytest.mark.parametrize("subject", ["", "News"])
def test_a_notification_is_signed(shared: Emulated, version: str, digest: hashes.HashAlgorithm, subject: str) -> None:
    topic, given = make_topic(shared, version), {"Subject": subject} if subject else {}
    shared.client("sns").publish(TopicArn=topic, Message="Grüße", **given)
    (envelope,) = told(shared, 1)
    assert envelope["SignatureVersion"] == version
    _verify(shared, envelope, digest)
    with pytest.raises(InvalidSignature):
        _verify(shared, {**envelope, "Message": "forged"}, digest)


def test_the_certificate_stays(emulated: Emulated) -> None:
    before = get(emulated, CERTIFICATE)
    emulated.kill()
    emulated.start()
    assert get(emulated, CERTIFICATE) == before
    assert (emulated.folder / "keys" / "sns-key.pem").stat().st_mode & 0o777 == 0o600


def test_texts_and_push_notifications_survive_kill_9(emulated: Emulated) -> None:
    sns = emulated.client("sns")
    sender = {"AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "CHNDNI"}}
    text = sns.publish(PhoneNumber="+919819940507", Message="Alles Gute, Zoë", MessageAttributes=sender)
    attributes = {"PlatformCredential": "key"}
    application = sns.create_platform_application(Name="app", Platform="GCM", Attributes=attributes)
    device = sns.create_platform_endpoint(PlatformApplicationArn=application["PlatformApplicationArn"], Token="t")
    push = sns.publish(TargetArn=device["EndpointArn"], Message='{"default": "hello"}', MessageStructure="json")
    emulated.kill()
    emulated.start()
    newest, oldest = outbox(emulated)
    assert (oldest["id"], oldest["channel"], oldest["to"]) == (text["MessageId"], "sms", "+919819940507")
    assert (oldest["from"], oldest["text"]) == ("CHNDNI", "Alles Gute, Zoë")
    assert (newest["id"], newest["channel"], newest["to"]) == (push["MessageId"], "push", device["EndpointArn"])
    assert newest["text"] == '{"default": "hello"}'
    assert newest["at"] >= oldest["at"]


def test_what_was_not_accepted_did_not_leave(shared: Emulated) -> None:
    sns, before = shared.client("sns"), len(outbox(shared))
    gone = "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/app/gone"
    with pytest.raises(sns.exceptions.ClientError):
        sns.publish(TargetArn=gone, Message="hello")
    sns.publish(TopicArn=make_topic(shared, "1"), Message="no text to a phone")
    assert len(outbox(shared)) == before
