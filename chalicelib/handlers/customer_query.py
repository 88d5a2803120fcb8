"""The filters of the list of customers as parameters of its address."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic.json_schema import SkipJsonSchema

from chalicelib.domain.customers.narrowing import MOST_CUSTOM, CustomerFilter, OwnValue
from chalicelib.domain.fields import Text
from chalicelib.handlers.parameters import Flag, Paging, whole_number

OWN_FIELD = "custom."
Month = Annotated[int, Field(ge=1, le=12), BeforeValidator(whole_number)]


class CustomerQuery(Paging, CustomerFilter):
    """What the list of customers can be narrowed to; `custom.<field>=<value>` asks for a field of the shop's own."""

    has_email: Flag | None = None
    has_phone: Flag | None = None
    has_birthday: Flag | None = None
    never_contacted: Flag | None = None
    has_inquiries: Flag | None = None
    birthday_month: Month | None = None
    custom: SkipJsonSchema[Annotated[dict[Text, OwnValue], Field(max_length=MOST_CUSTOM)]] = Field(default={})

    @classmethod
    def grouped(cls, said: dict[str, Any]) -> dict[str, Any]:
        """`custom.ring_size` is the member `ring_size` of `custom`."""
        own = {name: value for name, value in said.items() if name.startswith(OWN_FIELD)}
        if not own:
            return said
        rest = {name: value for name, value in said.items() if name not in own}
        return {**rest, "custom": {name.removeprefix(OWN_FIELD): value for name, value in own.items()}}
