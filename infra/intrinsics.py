"""The few CloudFormation expressions that the template needs, as functions."""

from __future__ import annotations

from typing import Any

Value = dict[str, Any]
Resource = dict[str, Any]
Resources = dict[str, Resource]


def ref(name: str) -> Value:
    """The value of a parameter, or what identifies a resource."""
    return {"Ref": name}


def attribute(resource: str, name: str) -> Value:
    """An attribute of a resource, such as its Arn."""
    return {"Fn::GetAtt": [resource, name]}


def sub(text: str) -> Value:
    """A text with `${…}` filled in when the stack is made."""
    return {"Fn::Sub": text}


def kept(resource: Resource) -> Resource:
    """The resource, left in place when the stack is deleted or would replace it."""
    return {**resource, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
