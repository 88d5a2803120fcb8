"""The Cognito user pool: people, their groups, whether they may sign in."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.errors import NotFound
from chalicelib.repos.table import Client


@dataclass(frozen=True)
class PoolUser:
    """A person as the pool knows them."""

    username: str
    sub: str
    email: str
    name: str
    enabled: bool


class UserPool:
    """One user pool."""

    def __init__(self, client: Client, pool_id: str) -> None:
        self._client, self._pool = client, pool_id

    def find(self, username: str) -> PoolUser:
        """The person with this user name or email.

        Raises:
            NotFound: the pool has none.
        """
        try:
            found = self._client.admin_get_user(UserPoolId=self._pool, Username=username)
        except self._client.exceptions.UserNotFoundException as unknown:
            raise NotFound("There is no such user in the user pool.") from unknown
        return _person(found["Username"], found.get("UserAttributes", []), enabled=found.get("Enabled", True))

    def invite(self, email: str, name: str) -> PoolUser:
        """Create the person, who gets a mail with a first password; the same again when they exist already."""
        attributes: Any = [
            {"Name": "email", "Value": email},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "name", "Value": name},
        ]
        # Invited before, perhaps by a request whose answer was lost? Then go on from what is there.
        with contextlib.suppress(self._client.exceptions.UsernameExistsException):
            self._client.admin_create_user(
                UserPoolId=self._pool, Username=email, UserAttributes=attributes, DesiredDeliveryMediums=["EMAIL"]
            )
        return self.find(email)

    def groups(self, username: str) -> frozenset[str]:
        """The groups that the person is in."""
        answer = self._client.admin_list_groups_for_user(UserPoolId=self._pool, Username=username)
        return frozenset(group["GroupName"] for group in answer["Groups"])

    def set_groups(self, username: str, wanted: Iterable[str]) -> None:
        """Put the person into exactly these groups."""
        wanted, present = frozenset(wanted), self.groups(username)
        for group in sorted(wanted - present):
            self._client.admin_add_user_to_group(UserPoolId=self._pool, Username=username, GroupName=group)
        for group in sorted(present - wanted):
            self._client.admin_remove_user_from_group(UserPoolId=self._pool, Username=username, GroupName=group)

    def disable(self, username: str) -> None:
        """Refuse further sign-ins and end those that are open."""
        self._client.admin_disable_user(UserPoolId=self._pool, Username=username)
        self._client.admin_user_global_sign_out(UserPoolId=self._pool, Username=username)

    def enable(self, username: str) -> None:
        """Allow sign-ins again."""
        self._client.admin_enable_user(UserPoolId=self._pool, Username=username)


def _person(username: str, attributes: Any, *, enabled: bool) -> PoolUser:
    values = {attribute["Name"]: attribute.get("Value", "") for attribute in attributes}
    email = values.get("email", "")
    return PoolUser(username, values.get("sub", username), email, values.get("name") or email or username, enabled)
