"""Whether a notification really comes from SNS: its signature, over the fields and in the order that AWS names.

Source: Amazon SNS developer guide, "Verifying the signatures of Amazon SNS messages".
"""

import base64
import binascii
import re
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.errors import Unavailable

SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
LOCAL_CERTIFICATE = "/_facet/sns-certificate.pem"
FETCH_SECONDS = 5
LARGEST = 64 * 1024
MOST_KEPT = 16
_OF_AWS = re.compile(
    r"https://sns\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com(?:\.cn)?"
    r"/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem",
    re.ASCII,
)
Fetch = Callable[[str], bytes]


class Forged(Exception):
    """Not a notification of a topic of ours."""


def fetch(url: str) -> bytes:
    """The certificate at an address that was checked before.

    Raises:
        OSError: it cannot be had now.
    """
    with urllib.request.urlopen(url, timeout=FETCH_SECONDS) as answer:  # nosec B310  # noqa: S310 -- https of AWS, or the local endpoint
        return bytes(answer.read(LARGEST))


class Signatures:
    """Checks notifications of the given topics; certificates are fetched once.

    `endpoint` is where AWS is replaced by a local one, which serves its certificate itself.
    """

    def __init__(self, topics: tuple[str, ...], endpoint: str | None = None, fetch: Fetch = fetch) -> None:
        self._topics, self._fetch = topics, fetch
        self._local = f"{endpoint.rstrip('/')}{LOCAL_CERTIFICATE}" if endpoint else None
        self._keys: dict[str, Any] = {}

    def require(self, envelope: Mapping[str, Any]) -> None:
        """Let a genuine notification pass.

        Raises:
            Forged: it is of another topic or kind, or the signature is not that of SNS.
            Unavailable: the certificate cannot be had now.
        """
        if envelope.get("Type") != "Notification":
            raise Forged("no notification")
        topic, url = envelope.get("TopicArn"), envelope.get("SigningCertURL")
        if topic not in self._topics or not isinstance(topic, str):
            raise Forged("another topic")
        if not isinstance(url, str) or not self._may_certify(url, topic):
            raise Forged("certificate of somebody else")
        self._verify(envelope, url)

    def _may_certify(self, url: str, topic: str) -> bool:
        """Only SNS itself, in the topic's own region, and the local AWS."""
        found = _OF_AWS.fullmatch(url)
        return url == self._local or (found is not None and found["region"] == topic.split(":")[3])

    def _verify(self, envelope: Mapping[str, Any], url: str) -> None:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 -- heavy, needed by the first event
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415

        # SNS signs with SHA-1 unless a topic asks for version 2.
        digests: dict[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # nosec B303  # noqa: S303 -- as above
        digest = digests.get(str(envelope.get("SignatureVersion")))
        if digest is None:
            raise Forged("unknown version of the signature")
        try:
            signature = base64.b64decode(str(envelope.get("Signature")), validate=True)
            self._key(url).verify(signature, _signed_text(envelope), padding.PKCS1v15(), digest)
        except (InvalidSignature, binascii.Error, UnicodeError) as wrong:
            raise Forged("wrong signature") from wrong

    def _key(self, url: str) -> Any:
        from cryptography import x509  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415

        if url not in self._keys:
            try:
                key = x509.load_pem_x509_certificate(self._fetch(url)).public_key()
            except (OSError, ValueError) as silence:
                raise Unavailable("The certificate of SNS cannot be had now.") from silence
            if not isinstance(key, RSAPublicKey):
                raise Forged("not a key of SNS")
            if len(self._keys) >= MOST_KEPT:
                self._keys.clear()
            self._keys[url] = key
        return self._keys[url]


def _signed_text(envelope: Mapping[str, Any]) -> bytes:
    present = ((name, envelope.get(name)) for name in SIGNED)
    return "".join(f"{name}\n{value}\n" for name, value in present if value is not None).encode()
