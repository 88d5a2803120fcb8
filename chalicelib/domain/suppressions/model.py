"""A suppressed address as clients write it, and as the shop keeps it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from chalicelib.domain.fields import ExampleBody, Model, Text
from chalicelib.domain.signature import Person, Signature

AddressChannel = Literal["email", "sms"]
Reason = Literal["manual", "bounce", "stop_reply", "complaint"]
# The weightier reason stays: a bounce that is reported late does not hide that the customer complained.
_WEIGHT = {"manual": 0, "bounce": 1, "stop_reply": 2, "complaint": 3}


class NewSuppression(Model):
    """The body of POST /v1/suppressions."""

    example: ClassVar[ExampleBody] = {
        "channel": "email",
        "address": "no.mail@example.com",
        "reason_text": "Asked by letter",
    }

    channel: AddressChannel
    address: Annotated[Text, Field(max_length=254)] = Field(examples=["asha@example.com"])
    reason_text: Text | None = Field(default=None, description="Why, in your words", examples=["Asked by letter"])


class SuppressionOut(Model):
    """An address to which nothing is sent."""

    id: str
    channel: AddressChannel
    address: str = Field(description="In comparable form: an email address in lower case, a number in E.164")
    reason: Reason
    at: str
    by: Person
    message_id: str | None = Field(description="The message that bounced or was complained about")
    reason_text: str | None


@dataclass(frozen=True)
class Suppression:
    """An address to which nothing is sent; `marked` are the customers on whose profile it stands."""

    id: str
    channel: str
    address: str
    reason: str
    by: Signature
    version: int = 1
    message_id: str | None = None
    note: str | None = None
    marked: tuple[str, ...] = ()


def outweighs(reason: str, known: Suppression | None) -> bool:
    """Whether a reason says more than what is known; repeated and lesser ones change nothing."""
    return known is None or _WEIGHT[reason] > _WEIGHT[known.reason]
