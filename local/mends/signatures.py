"""SNS notifications are signed, with a key that the data folder keeps; MiniStack writes the word FAKE.

The certificate is served at `/_facet/sns-certificate.pem`, where AWS has https://sns.<region>.amazonaws.com/….pem.
"""

from __future__ import annotations

import base64
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from ministack.services import sns

PATH = "/_facet/sns-certificate.pem"
_YEARS = timedelta(days=3650)
_SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
# SHA-1 is what SNS itself uses unless a topic asks for version 2.
_DIGESTS: dict[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # nosec B303  # noqa: S303 -- version 1 is SHA-1, as SNS has it


class Signer:
    """The key of one data folder, made on first use, and its certificate."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self._folder = folder
        self._url = f"{endpoint}{PATH}"
        self._key = self._kept_key()
        self.certificate = self._kept("sns-certificate.pem", lambda: _certificate(self._key))

    def _kept_key(self) -> rsa.RSAPrivateKey:
        key = serialization.load_pem_private_key(self._kept("sns-key.pem", _new_key), password=None)
        return cast(rsa.RSAPrivateKey, key)

    def _kept(self, name: str, make: Any) -> bytes:
        path = self._folder / name
        if not path.exists():
            draft = path.with_name(f"{name}.tmp")
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
        return path.read_bytes()

    def signed(self, envelope: dict[str, Any], version: str) -> dict[str, Any]:
        """The envelope with the signature that SNS puts there, of version 1 or 2."""
        text = "".join(f"{name}\n{envelope[name]}\n" for name in _SIGNED if envelope.get(name) is not None)
        signature = self._key.sign(text.encode(), padding.PKCS1v15(), _DIGESTS[version])
        return {
            **envelope,
            "SignatureVersion": version,
            "Signature": base64.b64encode(signature).decode(),
            "SigningCertURL": self._url,
        }


def _new_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificate(key: rsa.RSAPrivateKey) -> bytes:
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(now + _YEARS)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def install(signer: Signer) -> None:
    """Wraps what MiniStack delivers."""
    plain = sns._build_envelope

    def envelope(topic_arn: str, *rest: Any) -> str:
        text: str = plain(topic_arn, *rest)
        raw = rest[-1]
        if raw:
            return text
        topic = sns._topic_by_arn_any_scope(topic_arn) or {}
        version = str((topic.get("attributes") or {}).get("SignatureVersion") or "1")
        return json.dumps(signer.signed(json.loads(text), version))

    sns._build_envelope = envelope
