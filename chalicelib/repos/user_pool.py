"""The Cognito user pool: people, their groups, whether they may sign in."""

import contextlib
from collections.abc import Iterable
from typing import Any

from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.permissions import ROLES
from chalicelib.domain.staff.accounts import Account
from chalicelib.repos import silence
from chalicelib.repos.table import Client

# Cognito's own codes that say "not now", and those that any service of AWS may answer with.
PASSING = frozenset(
    (
        "InternalErrorException",
        "InternalFailure",
        "LimitExceededException",
        "ServiceUnavailable",
        "ThrottlingException",
        "TooManyRequestsException",
    )
)


class UserPool:
    """One user pool.

    Every method raises Unavailable when the pool does not answer; what was asked may have happened.
    """

    def __init__(self, client: Client, pool_id: str) -> None:
        self._client, self._pool = client, pool_id

    def find(self, username: str) -> Account:
        """The person with this user name or email.

        Raises:
            NotFound: the pool has none.
        """
        try:
            found = self._send("admin_get_user", Username=username)
        except self._client.exceptions.UserNotFoundException as unknown:
            raise NotFound("There is no such user in the user pool.") from unknown
        return _account(found["Username"], found.get("UserAttributes", []), enabled=found.get("Enabled", True))

    def invite(self, email: str, name: str) -> Account:
        """Create the person, who gets a mail with a first password; the same again when they exist already.

        Raises:
            Invalid: the pool does not take the address.
        """
        attributes: Any = [
            {"Name": "email", "Value": email},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "name", "Value": name},
        ]
        delivery = ["EMAIL"]
        # Invited before, perhaps by a request whose answer was lost? Then go on from what is there.
        with contextlib.suppress(self._client.exceptions.UsernameExistsException):
            try:
                self._send(
                    "admin_create_user", Username=email, UserAttributes=attributes, DesiredDeliveryMediums=delivery
                )
            except self._client.exceptions.InvalidParameterException as unusable:
                raise Invalid.field("/email", "is not accepted by the user pool") from unusable
        return self.find(email)

    def set_groups(self, username: str, wanted: Iterable[str]) -> bool:
        """Put the person into the groups of exactly these roles; groups that are no roles stay as they are.

        Returns whether anything had to be changed.
        """
        answer = self._send("admin_list_groups_for_user", Username=username)
        present = {group["GroupName"] for group in answer["Groups"]} & set(ROLES)
        wanted = set(wanted)
        for group in sorted(wanted - present):
            self._send("admin_add_user_to_group", Username=username, GroupName=group)
        for group in sorted(present - wanted):
            self._send("admin_remove_user_from_group", Username=username, GroupName=group)
        return wanted != present

    def disable(self, username: str) -> None:
        """Refuse further sign-ins and end those that are open."""
        self._send("admin_disable_user", Username=username)
        self.sign_out(username)

    def enable(self, username: str) -> None:
        """Allow sign-ins again."""
        self._send("admin_enable_user", Username=username)

    def sign_out(self, username: str) -> None:
        """End the sign-ins that are open, so that no further tokens come from them."""
        self._send("admin_user_global_sign_out", Username=username)

    def _send(self, operation: str, **arguments: Any) -> Any:
        with silence.made_known(PASSING, "The user pool did not answer in time. Send the same request again."):
            return getattr(self._client, operation)(UserPoolId=self._pool, **arguments)


def _account(username: str, attributes: Any, *, enabled: bool) -> Account:
    values = {attribute["Name"]: attribute.get("Value", "") for attribute in attributes}
    email = values.get("email", "")
    return Account(username, values.get("sub", username), email, values.get("name") or email or username, enabled)
