"""Access tokens of the user pool, verified against its published keys."""

import hashlib
import json
import threading
import time
import urllib.request
from collections.abc import Mapping
from functools import cache
from typing import Any

from chalicelib.config import settings
from chalicelib.domain.errors import Unauthenticated, Unavailable

ACCESS = "access"
KEY_SECONDS = 3600.0
REFETCH_SECONDS = 30.0
MOST_REMEMBERED = 1024
FETCH_SECONDS = 5
NEEDED = ["exp", "iat", "iss", "sub", "token_use", "client_id"]


class PublishedKeys:
    """The pool's public keys. An unknown key id leads to one fetch in 30 s, so forged tokens cannot cause a storm."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: Mapping[str, Any] = {}
        self._fetched = float("-inf")
        self._lock = threading.Lock()

    def key(self, key_id: str) -> Any | None:
        """The key of this id, or None."""
        with self._lock:
            age = time.monotonic() - self._fetched
            if age > KEY_SECONDS or (key_id not in self._keys and age > REFETCH_SECONDS):
                self._keys = self._fetch()
                self._fetched = time.monotonic()
            return self._keys.get(key_id)

    def _fetch(self) -> Mapping[str, Any]:
        from http.client import HTTPException  # noqa: PLC0415 -- as urllib raises it

        import jwt  # noqa: PLC0415 -- with cryptography a heavy import, needed by the first token

        try:
            with urllib.request.urlopen(self._url, timeout=FETCH_SECONDS) as answer:  # nosec B310  # noqa: S310 -- our own pool's address
                published = jwt.PyJWKSet.from_dict(json.load(answer))
        except (OSError, HTTPException, ValueError, TypeError, AttributeError, jwt.PyJWTError) as silence:
            # no answer, half of one, or one that is no set of keys (PyJWT does not check that it is an object)
            raise Unavailable("The user pool did not answer. Send the same request again.") from silence
        return {key.key_id: key.key for key in published.keys if key.key_id}


@cache
def _published() -> PublishedKeys:
    return PublishedKeys(settings().jwks_url)


_verified: dict[bytes, Mapping[str, Any]] = {}


def claims_of(token: str) -> Mapping[str, Any]:
    """The claims of a valid access token; a token is verified once and remembered until it expires.

    Raises:
        Unauthenticated: forged, expired, of another pool or client, or not an access token.
    """
    fingerprint = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
    claims = _verified.get(fingerprint)
    if claims is None:
        claims = _verify(token)
        if len(_verified) >= MOST_REMEMBERED:
            _verified.clear()
        _verified[fingerprint] = claims
    if claims["exp"] <= time.time():
        raise Unauthenticated("The access token has expired.", code="token_expired")
    return claims


def _verify(token: str) -> Mapping[str, Any]:
    import jwt  # noqa: PLC0415 -- see above

    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key_of(str(jwt.get_unverified_header(token).get("kid"))),
            algorithms=["RS256"],
            issuer=settings().token_issuer,
            options={"require": NEEDED, "verify_aud": False},
        )
    except jwt.ExpiredSignatureError as expired:
        raise Unauthenticated("The access token has expired.", code="token_expired") from expired
    except (jwt.InvalidTokenError, UnicodeError, RecursionError) as forged:
        raise Unauthenticated("The access token is not valid.", code="token_invalid") from forged
    if claims["token_use"] != ACCESS or claims["client_id"] != settings().client_id or not _readable(claims):
        raise Unauthenticated("This is not an access token of this shop.", code="token_invalid")
    return claims


def _key_of(key_id: str) -> Any:
    key = _published().key(key_id)
    if key is None:
        raise Unauthenticated("The access token is not from this shop's user pool.", code="token_invalid")
    return key


def _readable(claims: Mapping[str, Any]) -> bool:
    """Whether what is read later has the type that Cognito gives it; PyJWT takes a text for a number, too."""
    groups = claims.get("cognito:groups", [])
    return (
        all(isinstance(name, str) and name for name in (claims["sub"], claims.get("username", claims["sub"])))
        and all(type(claims[second]) is int for second in ("iat", "exp"))
        and isinstance(groups, list)
        and all(isinstance(group, str) for group in groups)
    )
