"""Tokens that the user pool never gave out."""

import base64
import hashlib
import hmac
import json
import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

KEY_ID = "a-key-of-the-test"


@cache
def private_key() -> rsa.RSAPrivateKey:
    """A key of our own."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem() -> bytes:
    """Its public half, as everybody can know it."""
    form, kind = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return private_key().public_key().public_bytes(form, kind)


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


def segment(value: Any) -> str:
    """A part of a token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unsigned(body: dict[str, Any], algorithm: str = "none", key_id: str = KEY_ID) -> str:
    """A token that claims to need no signature."""
    return f"{segment({'alg': algorithm, 'kid': key_id})}.{segment(body)}."


def keyed_with_the_public_key(body: dict[str, Any], key_id: str = KEY_ID) -> str:
    """A token signed by HS256 with the public key as the secret (key confusion)."""
    said = f"{segment({'alg': 'HS256', 'typ': 'JWT', 'kid': key_id})}.{segment(body)}"
    return f"{said}.{segment(hmac.new(public_pem(), said.encode(), hashlib.sha256).digest())}"
