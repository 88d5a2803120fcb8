"""People of a test's own, so that what happens to them disturbs no other test."""

from typing import Any
from uuid import uuid4

from tests.support.api import Api

PASSWORD = "Correct-horse-7-battery"


class Person:
    """Somebody in the user pool, made as an admin makes them in the AWS console."""

    def __init__(self, deployment: dict[str, str], *roles: str) -> None:
        import boto3

        self.pool, self.client = deployment["FACET_USER_POOL_ID"], deployment["FACET_CLIENT_ID"]
        self.cognito: Any = boto3.client("cognito-idp")
        self.email = f"{uuid4()}@shop.example"
        self.cognito.admin_create_user(
            UserPoolId=self.pool,
            Username=self.email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": self.email}, {"Name": "name", "Value": f"P {self.email}"}],
        )
        self.set_password()
        self.join(*roles)

    def set_password(self) -> None:
        """Let the person sign in."""
        self.cognito.admin_set_user_password(
            UserPoolId=self.pool, Username=self.email, Password=PASSWORD, Permanent=True
        )

    def join(self, *groups: str) -> None:
        """Put them into groups."""
        for group in groups:
            self.cognito.admin_add_user_to_group(UserPoolId=self.pool, Username=self.email, GroupName=group)

    def leave(self, *groups: str) -> None:
        """Take them out of groups."""
        for group in groups:
            self.cognito.admin_remove_user_from_group(UserPoolId=self.pool, Username=self.email, GroupName=group)

    def groups(self) -> set[str]:
        """The groups they are in."""
        found = self.cognito.admin_list_groups_for_user(UserPoolId=self.pool, Username=self.email)
        return {group["GroupName"] for group in found["Groups"]}

    def enabled(self) -> bool:
        """Whether the pool lets them sign in."""
        return bool(self.cognito.admin_get_user(UserPoolId=self.pool, Username=self.email)["Enabled"])

    def tokens(self) -> dict[str, str]:
        """Sign in: AccessToken, IdToken, RefreshToken."""
        answer = self.cognito.admin_initiate_auth(
            UserPoolId=self.pool,
            ClientId=self.client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": self.email, "PASSWORD": PASSWORD},
        )
        return dict(answer["AuthenticationResult"])

    def signs_in(self) -> Api:
        """A caller with a new token."""
        return Api(self.tokens()["AccessToken"])


class Invited(Person):
    """Somebody whom Facet invited."""

    def __init__(self, deployment: dict[str, str], email: str) -> None:
        import boto3

        self.pool, self.client = deployment["FACET_USER_POOL_ID"], deployment["FACET_CLIENT_ID"]
        self.cognito = boto3.client("cognito-idp")
        self.email = email
        self.set_password()
