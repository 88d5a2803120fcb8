"""What the roles of the made template allow: a small part of IAM, as far as our policies use it, and no further.

A part that is not known here (a condition, an intrinsic) raises instead of being taken for harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

Resources = Mapping[str, Mapping[str, Any]]
PARTITION, REGION, ACCOUNT = "aws", "us-east-1", "000000000000"
PSEUDO = {
    "AWS::Partition": PARTITION,
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::URLSuffix": "amazonaws.com",
}
# ARNs by type: service, whether they name region and account, what stands before the name, the property that has it.
ARNS = {
    "AWS::DynamoDB::Table": ("dynamodb", True, "table/", "TableName"),
    "AWS::S3::Bucket": ("s3", False, "", "BucketName"),
    "AWS::SQS::Queue": ("sqs", True, "", "QueueName"),
    "AWS::SNS::Topic": ("sns", True, "", "TopicName"),
    "AWS::Events::EventBus": ("events", True, "event-bus/", "Name"),
    "AWS::Lambda::Function": ("lambda", True, "function:", "FunctionName"),
    "AWS::Logs::LogGroup": ("logs", True, "log-group:", "LogGroupName"),
    "AWS::Cognito::UserPool": ("cognito-idp", True, "userpool/", "UserPoolName"),
    "AWS::IAM::Role": ("iam", True, "role/", "RoleName"),
}


@dataclass(frozen=True)
class Call:
    """Something that is done to something; `partitions` are the partition keys of items, for conditions on them."""

    action: str
    resource: str
    partitions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grant:
    """One action of a statement on one of its resources: the smallest thing that may be needed or not."""

    sid: str
    action: str
    resource: str


class Account:
    """The resources of a template as they are called in an account; `physical` names those whose name AWS makes up."""

    def __init__(self, resources: Resources, physical: Mapping[str, str]) -> None:
        self._resources, self._physical = resources, physical

    def name(self, logical: str) -> str:
        """What a Ref to a resource gives."""
        if logical in self._physical:
            return self._physical[logical]
        resource = self._resources[logical]
        if resource["Type"] in ("AWS::SNS::Topic", "AWS::SNS::Subscription"):
            return self.arn(logical)
        return str(self.value(resource["Properties"][ARNS[resource["Type"]][3]]))

    def arn(self, logical: str) -> str:
        """The ARN of a resource."""
        kind = self._resources[logical]["Type"]
        service, placed, before, named = ARNS[kind]
        name = self._physical.get(logical) or str(self.value(self._resources[logical]["Properties"][named]))
        place = f"{REGION}:{ACCOUNT}" if placed else ":"
        return f"arn:{PARTITION}:{service}:{place}:{before}{name}" + (":*" if kind == "AWS::Logs::LogGroup" else "")

    def value(self, value: Any) -> str:
        """What an expression of the template comes to, with every optional parameter left out."""
        if isinstance(value, str):
            return value
        ((function, argument),) = value.items()
        match function:
            case "Ref":
                found = PSEUDO.get(argument) or self.name(argument)
            case "Fn::GetAtt":
                found = self._attribute(*argument)
            case "Fn::If":
                found = self.value(argument[2])
            case "Fn::Sub":
                found = self._filled(*(argument if isinstance(argument, list) else (argument, {})))
            case _:
                raise NotImplementedError(function)
        return found

    def _attribute(self, logical: str, attribute: str) -> str:
        if attribute == "StreamArn":
            return f"{self.arn(logical)}/stream/2026-11-23T00:00:00.000"
        assert attribute == "Arn", attribute
        return self.arn(logical)

    def _filled(self, text: str, given: Mapping[str, Any]) -> str:
        def part(match: re.Match[str]) -> str:
            name, _, attribute = match[1].partition(".")
            if name in given:
                return self.value(given[name])
            return self.value({"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name})

        return re.sub(r"\$\{([\w:.]+)\}", part, text)


class Policy:
    """The statements of one role."""

    def __init__(self, statements: Iterable[Mapping[str, Any]], account: Account) -> None:
        self._statements, self._account = list(statements), account

    def allows(self, call: Call) -> bool:
        """Whether a statement allows the call and none denies it."""
        matching = [each for each in self._statements if self._fits(each, call)]
        effects = {each["Effect"] for each in matching}
        return effects == {"Allow"}

    def grants(self) -> Iterator[Grant]:
        """Everything that is allowed."""
        for each in self._statements:
            if each["Effect"] == "Allow":
                for action in each["Action"]:
                    for resource in self._resources(each):
                        yield Grant(each["Sid"], action, resource)

    def used(self, call: Call) -> Iterator[Grant]:
        """The grants that a call needs, any of which would do."""
        for grant in self.grants():
            if fnmatchcase(call.action, grant.action) and _matches(call.resource, grant.resource):
                yield grant

    def _fits(self, statement: Mapping[str, Any], call: Call) -> bool:
        return (
            any(fnmatchcase(call.action, action) for action in statement["Action"])
            and any(_matches(call.resource, resource) for resource in self._resources(statement))
            and all(_holds(operator, tests, call) for operator, tests in statement.get("Condition", {}).items())
        )

    def _resources(self, statement: Mapping[str, Any]) -> list[str]:
        if "NotResource" in statement:
            (left_out,) = statement["NotResource"]
            return [f"!{self._account.value(left_out)}"]
        return [self._account.value(each) for each in statement["Resource"]]


def _matches(resource: str, pattern: str) -> bool:
    """Whether an ARN fits; a pattern that begins with ! stands for everything else."""
    if pattern.startswith("!"):
        return not fnmatchcase(resource, pattern[1:])
    return fnmatchcase(resource, pattern)


def _holds(operator: str, tests: Mapping[str, Any], call: Call) -> bool:
    assert (operator, set(tests)) == ("ForAnyValue:StringLike", {"dynamodb:LeadingKeys"}), f"{operator} {tests}"
    return any(fnmatchcase(key, pattern) for key in call.partitions for pattern in tests["dynamodb:LeadingKeys"])
