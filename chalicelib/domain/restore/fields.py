"""The parts that records are made of: ids, instants and texts as the table holds them, and nothing else."""

import json
import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from chalicelib.domain import instants
from chalicelib.domain.fields import LINE_BREAKS, Model, check_json_texts, refuse_controls, wrong
from chalicelib.domain.ids import is_id
from chalicelib.domain.signature import Signature

MOST_WORDS = 100_000  # characters of one text
MOST_FACTS = 300_000  # bytes of JSON: the store holds 400 KB an item
_PERSON = re.compile(r"(usr|sys)_[a-z0-9_]{1,60}")
_DIGEST = r"^[0-9a-f]{64}$"


def _of(prefix: str) -> AfterValidator:
    def check(value: str) -> str:
        if not is_id(value, prefix):
            raise wrong(f"must be an id such as {prefix}_…")
        return value

    return AfterValidator(check)


def _stored(text: str) -> str:
    """Instants stand in keys, so only our own notation is one."""
    try:
        same = instants.to_text(instants.parse_instant(text)) == text
    except ValueError:
        same = False
    if not same:
        raise wrong("must be an instant such as 2027-03-08T10:00:00.000Z")
    return text


def _person(value: str) -> str:
    if not _PERSON.fullmatch(value):
        raise wrong("must be an id of a person or of the system")
    return value


def _lines(text: str) -> str:
    return refuse_controls(text, LINE_BREAKS)


def _facts(value: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(value, ensure_ascii=False)
    if len(text.encode("utf-8", "surrogatepass")) > MOST_FACTS:
        raise wrong("must be at most 300 KB of JSON")
    check_json_texts(value)
    return value


CustomerId = Annotated[str, _of("cus")]
TagId = Annotated[str, _of("tag")]
LocationId = Annotated[str, _of("loc")]
TemplateId = Annotated[str, _of("tpl")]
SuppressionId = Annotated[str, _of("sup")]
NoteId = Annotated[str, _of("nte")]
CallId = Annotated[str, _of("cal")]
InquiryId = Annotated[str, _of("inq")]
ConsentId = Annotated[str, _of("con")]
DeviceId = Annotated[str, _of("dev")]
EventId = Annotated[str, _of("evt")]
MappingId = Annotated[str, _of("map")]
RunId = Annotated[str, _of("dpr")]
PersonId = Annotated[str, AfterValidator(_person)]
At = Annotated[str, AfterValidator(_stored)]
Version = Annotated[int, Field(ge=1, le=10**9)]
Short = Annotated[str, StringConstraints(max_length=300), AfterValidator(_lines)]
Words = Annotated[str, StringConstraints(max_length=MOST_WORDS), AfterValidator(_lines)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]{0,63}$")]
Digest = Annotated[str, StringConstraints(pattern=_DIGEST)]
Facts = Annotated[dict[str, Any], AfterValidator(_facts)]


class Signed(Model):
    """Who did something, and when."""

    id: PersonId
    name: Short
    at: At

    def signature(self) -> Signature:
        """As the shop keeps it."""
        return Signature(self.id, self.name, self.at)


class Who(Model):
    """Who did something."""

    id: PersonId
    name: Short
