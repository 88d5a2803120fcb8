"""The people of the made-up shop and their tokens, which its own user pool would have given out."""

import json
import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support import forge

REGION = "us-east-1"
POOL = f"{REGION}_world"
CLIENT = "world-client"
KEY_ID = "the-pool's-key"
ISSUER = f"https://cognito-idp.{REGION}.amazonaws.com/{POOL}"
HOUR = 3600


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Published:
    """Stands for the pool's published keys."""

    def key(self, key_id: str) -> Any | None:
        """The key of this id, or None."""
        return _key().public_key() if key_id == KEY_ID else None


def claims(subject: str, *groups: str, **changed: Any) -> dict[str, Any]:
    """What the access token of a person says; None leaves a claim out."""
    now = int(time.time())
    good = {
        "sub": subject,
        "iss": ISSUER,
        "client_id": CLIENT,
        "token_use": "access",
        "iat": now - 10,
        "exp": now + HOUR,
        "username": subject,
        "cognito:groups": list(groups),
    }
    return {key: value for key, value in (good | changed).items() if value is not None}


def signed(said: dict[str, Any], algorithm: str = "RS256", **header: Any) -> str:
    """The pool's token that says this; the header may say more than it does with Cognito."""
    if algorithm != "RS256":
        return jwt.encode(said, _key(), algorithm=algorithm, headers={"kid": KEY_ID, **header})
    return signed_bytes(json.dumps(said).encode(), **header)


def signed_bytes(body: bytes, **header: Any) -> str:
    """The pool's signature on anything."""
    said = {"alg": "RS256", "kid": KEY_ID, **header}
    return forge.rsa_signed(_key(), forge.segment(said), forge.segment(body))


def public_pem() -> bytes:
    """The pool's public key, as everybody can know it."""
    form, kind = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return _key().public_key().public_bytes(form, kind)


def key_set(key_id: str = KEY_ID) -> bytes:
    """What the pool publishes at its address."""
    key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_key().public_key()))
    return json.dumps({"keys": [{**key, "kid": key_id, "alg": "RS256", "use": "sig"}]}).encode()


@cache
def _token(subject: str, groups: tuple[str, ...], half_hour: int) -> str:
    began = half_hour * HOUR // 2  # the clock of a test may go back within it
    return signed(claims(subject, *groups, iat=began - 10, exp=began + HOUR))


def token(subject: str, *groups: str) -> str:
    """An access token that is valid now."""
    return _token(subject, groups, int(time.time()) // (HOUR // 2))
