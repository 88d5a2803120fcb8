"""Tokens that the user pool never gave out."""

import base64
import hashlib
import hmac
import json
import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

KEY_ID = "a-key-of-the-test"
DIGESTS = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


@cache
def private_key() -> rsa.RSAPrivateKey:
    """A key of our own."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _curve() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def own_jwk() -> Any:
    """Its public half, as a header could bring it along."""
    return json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private_key().public_key()))


def claims(deployment: dict[str, str], **changed: Any) -> dict[str, Any]:
    """What a good access token says, with changes; None leaves a claim out."""
    now = int(time.time())
    pool = deployment["FACET_USER_POOL_ID"]
    good = {
        "sub": "00000000-0000-4000-8000-000000000001",
        "iss": f"https://cognito-idp.us-east-1.amazonaws.com/{pool}",
        "client_id": deployment["FACET_CLIENT_ID"],
        "token_use": "access",
        "iat": now - 10,
        "exp": now + 3600,
        "username": "00000000-0000-4000-8000-000000000001",
        "cognito:groups": ["admin"],
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


def signed(body: dict[str, Any], key_id: str = KEY_ID) -> str:
    """A token signed with our key by RS256."""
    return jwt.encode(body, private_key(), algorithm="RS256", headers={"kid": key_id})


def signed_on_a_curve(body: dict[str, Any], key_id: str) -> str:
    """A token signed with another key of ours by ES256."""
    return jwt.encode(body, _curve(), algorithm="ES256", headers={"kid": key_id})


def signed_as(header: dict[str, Any], body: dict[str, Any]) -> str:
    """A token signed with our key, whose header says anything; None leaves a member out."""
    said = {"alg": "RS256", **{name: value for name, value in header.items() if value is not None}}
    return rsa_signed(private_key(), segment(said), segment(body))


def rsa_signed(key: rsa.RSAPrivateKey, head: str, body: str) -> str:
    """The two parts with their signature by RS256."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    said = f"{head}.{body}"
    return f"{said}.{segment(key.sign(said.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def segment(value: Any) -> str:
    """A part of a token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unsigned(body: dict[str, Any], algorithm: str, key_id: str) -> str:
    """A token that claims to need no signature."""
    return f"{segment({'alg': algorithm, 'kid': key_id})}.{segment(body)}."


def keyed(body: dict[str, Any], secret: bytes, key_id: str, algorithm: str = "HS256") -> str:
    """A token signed with a secret, such as the public key of the pool (key confusion)."""
    said = f"{segment({'alg': algorithm, 'typ': 'JWT', 'kid': key_id})}.{segment(body)}"
    return f"{said}.{segment(hmac.new(secret, said.encode(), DIGESTS[algorithm]).digest())}"
