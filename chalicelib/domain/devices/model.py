"""A device as an app registers it, and as the shop keeps it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.fields import ExampleBody, Model

Platform = Literal["apns", "fcm"]
MOST_DEVICES = 5  # who has more has changed phones; the oldest goes
MADE_UP = "740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad"  # as long as Apple's are


class NewDevice(Model):
    """The body of POST …/devices: what the platform gave the app."""

    example: ClassVar[ExampleBody] = {
        "platform": "apns",
        "token": MADE_UP,
    }

    platform: Platform = Field(description="apns for Apple's devices, fcm for Google's")
    token: Annotated[str, StringConstraints(min_length=1, max_length=2048, pattern=r"^[\x21-\x7e]+$")] = Field(
        description="The platform's token of the app on this device; never given back"
    )


class DeviceOut(Model):
    """A device that shows push messages."""

    id: str
    customer_id: str
    platform: Platform
    enabled: bool = Field(description="false once the platform said that the app is gone from it")
    added_at: str


@dataclass(frozen=True)
class Device:
    """A device of a customer; `digest` tells tokens apart, the token itself lies with the platform's endpoint."""

    id: str
    customer_id: str
    platform: str
    endpoint: str
    digest: str
    added_at: str
    enabled: bool = True
