"""Authorization headers that are worth nothing, though each looks like the true one of an admin.

The claims are those of a true token; `KEY` is the pool's own, so that only what a forgery is named after is wrong.
"""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from tests.support import forge
from tests.support.forge import segment
from tests.support.world import pool

Claims = dict[str, Any]
LATER = 7200
HUGE = 100_000
NO_SIGNATURE = ("none", "None", "NONE", "nOnE", "")
OTHER_ALGORITHMS = ("RS384", "RS512", "PS256", "PS512")
STRANGE_KEY_IDS: Mapping[str, Any] = {
    "unknown": "unknown",
    "left out": None,
    "empty": "",
    "a number": 1,
    "an object": {"id": pool.KEY_ID},
    "a list": [pool.KEY_ID],
    "a path": "../../../../dev/null",
    "an address": "https://evil.example/keys.json",
    "a query": "' OR '1'='1",
    "another key's after a NUL": f"{pool.KEY_ID}\0",
    "in capitals": pool.KEY_ID.upper(),
    "huge": "k" * HUGE,
}
WRONG_CLAIMS: Mapping[str, Claims] = {
    "another client": {"client_id": "another"},
    "no client": {"client_id": None},
    "a list of clients": {"client_id": [pool.CLIENT]},
    "the client as audience": {"client_id": None, "aud": pool.CLIENT},
    "the client in capitals": {"client_id": pool.CLIENT.upper()},
    "another pool": {"iss": f"{pool.ISSUER}2"},
    "another issuer": {"iss": pool.ISSUER.replace("amazonaws.com", "evil.example")},
    "the issuer with a slash": {"iss": f"{pool.ISSUER}/"},
    "a list of issuers": {"iss": [pool.ISSUER]},
    "no issuer": {"iss": None},
    "an id token": {"token_use": "id", "aud": pool.CLIENT},
    "an id token without audience": {"token_use": "id"},
    "a refresh token": {"token_use": "refresh"},
    "no use": {"token_use": None},
    "a list of uses": {"token_use": ["access"]},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is a number": {"sub": 1},
    "a subject that is a list": {"sub": ["a"]},
    "a subject that is an object": {"sub": {"a": 1}},
    "never expires": {"exp": None},
    "expires when it likes": {"exp": "tomorrow"},
    "expires as a text": {"exp": str(2**40)},
    "expires never at all": {"exp": float("inf")},
    "expires at no number": {"exp": float("nan")},
    "no time of issue": {"iat": None},
    "issued as a text": {"iat": "1"},
    "issued at true": {"iat": True},
    "issued in a list": {"iat": [1]},
    "issued at no number": {"iat": float("nan")},
    "groups that are a number": {"cognito:groups": 5},
    "groups that are a text": {"cognito:groups": "admin"},
    "groups that are an object": {"cognito:groups": {"admin": True}},
    "groups within groups": {"cognito:groups": [["admin"]]},
    "a name that is an object": {"username": {"a": 1}},
}


def headers(true: str, claims: Claims) -> Iterator[tuple[str, str, str]]:
    """Name, header and the code of its refusal, made from a true token and what it says."""
    yield from (("scheme: " + name, said, "token_missing") for name, said in _schemes(true))
    tokens = (_unsigned, _confused, _signatures, _key_ids, _embedded, _wrong_claims, _shapes, _encrypted)
    for forgeries in tokens:
        for name, token in forgeries(true, claims):
            code = "token_expired" if name.startswith("expired") else "token_invalid"
            yield name, f"Bearer {token}", code


def _schemes(true: str) -> Iterator[tuple[str, str]]:
    yield from (("none", true), ("empty", ""), ("alone", "Bearer"), ("alone with a space", "Bearer "))
    yield from ((scheme, f"{scheme} {true}") for scheme in ("Basic", "Token", "JWT", "Bearer:", "Bearer,", "DPoP"))
    yield from (("a tab", f"Bearer\t{true}"), ("a space before it", f" Bearer {true}"), ("quoted", f'"Bearer" {true}'))


def _unsigned(true: str, claims: Claims) -> Iterator[tuple[str, str]]:
    signature = true.rpartition(".")[2]
    for algorithm in NO_SIGNATURE:
        token = forge.unsigned(claims, algorithm, pool.KEY_ID)
        yield f"alg {algorithm}", token
        yield f"alg {algorithm} with a signature", token + signature
    yield "no alg", f"{segment({'kid': pool.KEY_ID})}.{segment(claims)}.{signature}"
    yield "alg is a list", f"{segment({'alg': ['RS256'], 'kid': pool.KEY_ID})}.{segment(claims)}.{signature}"


def _confused(_: str, claims: Claims) -> Iterator[tuple[str, str]]:
    """The public key, which everybody knows, as a secret."""
    for algorithm in forge.DIGESTS:
        yield f"{algorithm} with the public key", forge.keyed(claims, pool.public_pem(), pool.KEY_ID, algorithm)
        yield f"{algorithm} with nothing", forge.keyed(claims, b"", pool.KEY_ID, algorithm)


def _signatures(true: str, claims: Claims) -> Iterator[tuple[str, str]]:
    head, body, signature = true.split(".")
    admin = segment({**claims, "sub": "somebody-else", "cognito:groups": ["admin"]})
    yield "signed by a key of nobody's", forge.signed(claims, pool.KEY_ID)
    for algorithm in OTHER_ALGORITHMS:
        yield f"signed by {algorithm}", pool.signed(claims, algorithm)
    yield "signed on a curve", forge.signed_on_a_curve(claims, pool.KEY_ID)
    yield "the signature of something else", f"{head}.{admin}.{signature}"
    yield "groups in the header", f"{segment({'alg': 'RS256', 'kid': pool.KEY_ID, **claims})}.{body}.{signature}"
    yield "groups in a fourth part", f"{true}.{admin}"
    yield "one letter changed", f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    yield "no signature", f"{head}.{body}."
    yield "half a signature", f"{head}.{body}.{signature[: len(signature) // 2]}"
    yield "a signature twice", f"{true}{signature}"
    yield "only zeroes", f"{head}.{body}.{segment(bytes(256))}"


def _key_ids(_: str, claims: Claims) -> Iterator[tuple[str, str]]:
    for name, key_id in STRANGE_KEY_IDS.items():
        yield f"kid {name}", forge.signed_as({"kid": key_id}, claims)


def _embedded(_: str, claims: Claims) -> Iterator[tuple[str, str]]:
    """Headers that bring or name a key of the forger's, or ask for what nobody agreed to."""
    own = forge.own_jwk()
    for extra in (
        {"jwk": own},
        {"jku": "https://evil.example/keys.json"},
        {"x5u": "https://evil.example/key.pem"},
        {"x5c": ["MIIB"]},
    ):
        name = next(iter(extra))
        yield f"{name} of one's own", forge.signed_as({"kid": pool.KEY_ID, **extra}, claims)
        yield f"{name} instead of a kid", forge.signed_as(extra, claims)
    yield "crit", pool.signed(claims, crit=["exp", "unheard-of"])
    yield "crit that is no list", pool.signed(claims, crit="b64")
    yield "crit b64", pool.signed(claims, crit=["b64"], b64=False)


def _wrong_claims(_: str, claims: Claims) -> Iterator[tuple[str, str]]:
    now = int(time.time())
    times: dict[str, Claims] = {
        "expired": {"exp": now - 1},
        "expired long ago": {"exp": 0},
        "expired as true": {"exp": True},
        "expired before the beginning": {"exp": -(2**63)},
        "issued in the future": {"iat": now + LATER},
        "not yet valid": {"nbf": now + LATER},
        "valid from a text on": {"nbf": "now"},
    }
    for name, changed in {**WRONG_CLAIMS, **times}.items():
        yield name, pool.signed({key: value for key, value in (claims | changed).items() if value is not None})


def _shapes(true: str, claims: Claims) -> Iterator[tuple[str, str]]:
    head, body, signature = true.split(".")
    good = {"alg": "RS256", "kid": pool.KEY_ID}
    yield from (("one part", head), ("two parts", f"{head}.{body}"), ("no dots", true.replace(".", "")))
    yield from (("empty parts", ".."), ("one dot", "."), ("cut short", true[:-20]), ("cut in the middle", true[:60]))
    yield from (("a space within", f"{head}. {body}.{signature}"), ("a comma after it", f"{true},"))
    yield from (("twice", f"{true}, Bearer {true}"), ("not ascii", "é.ü.ñ"), ("half a pair", "\ud800.a.b"))
    yield from (("not base64", "!!!.???.***"), ("a NUL after it", f"{true}\0"), ("full width", "ｅｙＪ.a.b"))
    yield "huge", "a" * HUGE
    yield "huge in its middle", f"{head}.{segment({**claims, 'more': 'x' * HUGE})}.{signature}"
    yield from (("huge with dots", "." * HUGE), ("huge nesting", f"{head}.{segment(b'[' * HUGE)}.{signature}"))
    for name, value in {"a list": [], "a number": 1, "null": None, "broken": b"{", "nested": b"[" * 6000}.items():
        yield f"header is {name}", f"{segment(value)}.{body}.{signature}"
        yield f"body is {name}", pool.signed_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    yield "body with the claims twice", f"{segment(good)}.{segment(claims)}{segment(claims)}.{signature}"


def _encrypted(_: str, claims: Claims) -> Iterator[tuple[str, str]]:
    """A token that claims to be encrypted to us: five parts."""
    for algorithm in ("RSA-OAEP", "dir"):
        head = segment({"alg": algorithm, "enc": "A256GCM", "kid": pool.KEY_ID, "cty": "JWT"})
        yield f"JWE {algorithm}", f"{head}.{segment(b'k')}.{segment(b'iv')}.{segment(claims)}.{segment(b'tag')}"
