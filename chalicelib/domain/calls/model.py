"""The call as clients write it, and as the shop keeps it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from chalicelib.domain.fields import ExampleBody, Instant, LongText, Model
from chalicelib.domain.signature import Person, Signature

Direction = Literal["in", "out"]
LONGEST_SECONDS = 24 * 60 * 60


class NewCall(Model):
    """The body of POST …/calls."""

    example: ClassVar[ExampleBody] = {"direction": "out", "duration_s": 90, "outcome": "Will come on Friday"}

    direction: Direction
    duration_s: Annotated[int, Field(ge=0, le=LONGEST_SECONDS, description="Seconds; 0 when nobody answered")]
    outcome: LongText | None = Field(default=None, examples=["Will come in on Saturday"])
    at: Instant | None = Field(default=None, description="When the call was; now when it is left out")


class CallOut(Model):
    """A logged call."""

    id: str
    customer_id: str
    direction: Direction
    duration_s: int
    outcome: str | None
    at: str
    author: Person
    logged_at: str
    answered_inquiries: list[str] = Field(description="Ids of the inquiries that this outgoing call answered")


@dataclass(frozen=True)
class PhoneCall:
    """A call at an instant, and who logged it when."""

    id: str
    customer_id: str
    direction: str
    duration_s: int
    outcome: str | None
    at: str
    logged: Signature
    answered: tuple[str, ...] = ()
