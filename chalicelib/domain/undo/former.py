"""What a customer becomes when a deed is taken back: each thing that is still as the deed left it, and nothing else."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from chalicelib.domain.consents.model import Consent, Consents, NewConsent
from chalicelib.domain.undo.trace import Trace

CUSTOM = "custom"


@dataclass(frozen=True)
class Former:
    """Fields and tags (ids) to give the customer; `stays` names what somebody has changed since."""

    doc: Mapping[str, Any]
    tags: Sequence[str]
    stays: Sequence[str]


def former(doc: Mapping[str, Any], tags: Sequence[str], known_tags: Collection[str], trace: Trace) -> Former:
    """The customer before the deed, as far as nobody changed the same since; tags that were removed stay removed."""
    stays: list[str] = []
    given_back = {
        name: _custom(doc[name], trace, stays) if name == CUSTOM else _value(name, doc.get(name), trace, stays)
        for name in trace.after
    }
    kept = [tag for tag in tags if tag not in trace.tags_added]
    again = [tag for tag in trace.tags_removed if tag in known_tags and tag not in kept]
    return Former({**doc, **given_back}, (*kept, *again), stays)


def _value(name: str, now: Any, trace: Trace, stays: list[str]) -> Any:
    if now == trace.after[name]:
        return trace.before.get(name)
    if now != trace.before.get(name):
        stays.append(name)
    return now


def _custom(now: Mapping[str, Any], trace: Trace, stays: list[str]) -> dict[str, Any]:
    """The custom fields one by one; an absent one is not None, which is a value of its own."""
    before, after, found = trace.before[CUSTOM] or {}, trace.after[CUSTOM], dict(now)
    for name in before.keys() | after.keys():
        was, wrote, stands = (each.get(name, _ABSENT) for each in (before, after, now))
        if was in (wrote, stands):
            continue
        if stands != wrote:
            stays.append(f"{CUSTOM}.{name}")
        elif was is _ABSENT:
            del found[name]
        else:
            found[name] = was
    return found


_ABSENT = object()


def former_words(said: Iterable[Consent], taken_back: Collection[str]) -> list[NewConsent]:
    """What to write down so that the customer agrees to what they agreed to before these words (ids).

    What was never spoken of before becomes a no: it was not agreed to either. Where somebody has said something
    since, nothing is written.
    """
    words = list(said)
    now = reduce(Consents.with_word, words, Consents())
    before = reduce(Consents.with_word, (word for word in words if word.id not in taken_back), Consents())
    return [_again(word, before.latest.get(place)) for place, word in now.latest.items() if word.id in taken_back]


def _again(word: Consent, before: Consent | None) -> NewConsent:
    told = before or word
    said = {"granted": before.granted if before else False, "source": told.source}
    place = {"channel": word.channel, "purpose": word.purpose, "wording_version": told.wording_version}
    return NewConsent.model_validate({**place, **said})
