"""Access tokens from the running local user pool, with nothing but the standard library."""

from __future__ import annotations

import http.client
import json
from typing import Any

from local.place import Place, Refusal, read_json


def _initiate(port: int, client_id: str, name: str, password: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    parameters = {"USERNAME": name, "PASSWORD": password}
    body = {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client_id, "AuthParameters": parameters}
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
    }
    try:
        connection.request("POST", "/", json.dumps(body), headers)
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
    finally:
        connection.close()
    if response.status != http.HTTPStatus.OK:
        raise Refusal(f"{name} could not sign in: {answer.get('message', response.status)}.")
    return answer


def token(place: Place, role: str) -> str:
    """An access token of the role's sample person, valid for 60 minutes. Raises Refusal."""
    instance, prepared, staff = (read_json(path) for path in (place.instance, place.prepared, place.staff))
    if not instance or not prepared or not staff:
        raise Refusal(f"Facet does not run with the data folder {place.folder}: start it with `make run`.")
    if role not in staff:
        raise Refusal(f"There is no role {role!r}: the roles are {', '.join(staff)}.")
    person = staff[role]
    try:
        answer = _initiate(instance["emulator"], prepared["outputs"]["ClientId"], person["email"], person["password"])
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Refusal(f"Facet does not run with the data folder {place.folder}: start it with `make run`.") from error
    held: str = answer["AuthenticationResult"]["AccessToken"]
    return held
