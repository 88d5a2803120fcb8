"""The user pool: people by the pool's own name or their email, their groups, whether they may sign in."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.support.memory.errors import Refusal
from tests.support.memory.service import Service

_SUBJECTS = uuid.UUID("9f0d9a0e-6f0b-4a52-8a39-3f9e5d1c7b10")


@dataclass(frozen=True)
class Person:
    """One user. People sign in by email, so the pool names them by their unchanging id."""

    subject: str
    attributes: Mapping[str, str]
    enabled: bool = True
    groups: frozenset[str] = frozenset()
    sign_outs: int = 0
    mails: tuple[str, ...] = field(default=())

    def shown(self, attributes_as: str) -> dict[str, Any]:
        """As an answer has it, the attributes under the name that it gives them."""
        attributes = [{"Name": name, "Value": value} for name, value in self.attributes.items()]
        return {"Username": self.subject, "Enabled": self.enabled, "UserStatus": "CONFIRMED", attributes_as: attributes}


class Cognito(Service):
    """All user pools; one that nobody made is empty."""

    name = "cognito-idp"

    def __init__(self, grow: Any) -> None:
        super().__init__(grow)
        self.people: dict[tuple[str, str], Person] = {}

    def snapshot(self) -> Any:
        return dict(self.people)

    def restore(self, kept: Any) -> None:
        self.people = dict(kept)

    def _key(self, arguments: Mapping[str, Any]) -> tuple[str, str]:
        pool, name = arguments["UserPoolId"], arguments["Username"]
        for (other, subject), person in self.people.items():
            if other == pool and name in (subject, person.attributes.get("email")):
                return pool, subject
        raise Refusal("UserNotFoundException", "User does not exist.")

    def _change(self, arguments: Mapping[str, Any], **changes: Any) -> Any:
        key = self._key(arguments)
        after = replace(self.people[key], **changes)
        if after != self.people[key]:
            self.grow()
        self.people[key] = after
        return {}

    def _admin_create_user(self, arguments: Mapping[str, Any]) -> Any:
        pool, email = arguments["UserPoolId"], arguments["Username"]
        if "@" not in email:
            raise Refusal("InvalidParameterException", "Username should be an email.")
        subject = str(uuid.uuid5(_SUBJECTS, f"{pool} {email}"))
        if (pool, subject) in self.people:
            raise Refusal("UsernameExistsException", "An account with the given email already exists.")
        self.grow()
        attributes = {each["Name"]: each["Value"] for each in arguments.get("UserAttributes", ())}
        mails = () if arguments.get("MessageAction") == "SUPPRESS" else ("invitation",)
        person = Person(subject, {"sub": subject, **attributes}, mails=mails)
        self.people[(pool, subject)] = person
        return {"User": {**person.shown("Attributes"), "UserStatus": "FORCE_CHANGE_PASSWORD"}}

    def _admin_get_user(self, arguments: Mapping[str, Any]) -> Any:
        return self.people[self._key(arguments)].shown("UserAttributes")

    def _admin_list_groups_for_user(self, arguments: Mapping[str, Any]) -> Any:
        person = self.people[self._key(arguments)]
        return {"Groups": [{"GroupName": group} for group in sorted(person.groups)]}

    def _admin_add_user_to_group(self, arguments: Mapping[str, Any]) -> Any:
        groups = self.people[self._key(arguments)].groups
        return self._change(arguments, groups=groups | {arguments["GroupName"]})

    def _admin_remove_user_from_group(self, arguments: Mapping[str, Any]) -> Any:
        groups = self.people[self._key(arguments)].groups
        return self._change(arguments, groups=groups - {arguments["GroupName"]})

    def _admin_disable_user(self, arguments: Mapping[str, Any]) -> Any:
        return self._change(arguments, enabled=False)

    def _admin_enable_user(self, arguments: Mapping[str, Any]) -> Any:
        return self._change(arguments, enabled=True)

    def _admin_user_global_sign_out(self, arguments: Mapping[str, Any]) -> Any:
        return self._change(arguments, sign_outs=self.people[self._key(arguments)].sign_outs + 1)

    def _admin_set_user_password(self, arguments: Mapping[str, Any]) -> Any:
        self._key(arguments)
        return {}

    def _create_user_pool(self, arguments: Mapping[str, Any]) -> Any:
        return {"UserPool": {"Id": f"us-east-1_{arguments['PoolName']}", "Name": arguments["PoolName"]}}

    def _create_user_pool_client(self, arguments: Mapping[str, Any]) -> Any:
        return {"UserPoolClient": {"ClientId": f"client-{arguments['ClientName']}", **arguments}}

    def _create_group(self, arguments: Mapping[str, Any]) -> Any:
        return {"Group": dict(arguments)}
