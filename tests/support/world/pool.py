"""The people of the made-up shop and their tokens, which its own user pool would have given out."""

import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

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


def signed(said: dict[str, Any]) -> str:
    """The pool's token that says this."""
    return jwt.encode(said, _key(), algorithm="RS256", headers={"kid": KEY_ID})


@cache
def _token(subject: str, groups: tuple[str, ...], half_hour: int) -> str:
    return signed(claims(subject, *groups))


def token(subject: str, *groups: str) -> str:
    """An access token that is valid now."""
    return _token(subject, groups, int(time.time()) // (HOUR // 2))
