"""Writing down what a customer agrees to. Each command is one transaction of the work it is given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from itertools import groupby
from typing import Any, Protocol

from chalicelib.domain import ids, instants
from chalicelib.domain.call import Call
from chalicelib.domain.consents.model import Consent, ConsentChannel, Consents, ConsentSource, NewConsent, Purpose
from chalicelib.domain.consents.wording import summary
from chalicelib.domain.errors import Invalid
from chalicelib.domain.work import Change, Event, Work

TOLERANCE = timedelta(minutes=5)  # a till's clock that is a little ahead


class ConsentStore(Protocol):
    """Consents of customers within one transaction."""

    def current(self, customer_id: str) -> Consents: ...

    def add(
        self, customer_id: str, before: Consents, after: Consents, said: Sequence[Consent], *, archived_too: bool
    ) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What a consent command works with."""

    call: Call
    work: Work
    consents: ConsentStore


def record(desk: Desk, customer_id: str, fields: NewConsent) -> Consent:
    """Write down what a customer said; the same word again is written down again, as it is proof.

    Raises:
        NotFound: there is no such customer (also on commit).
        Conflict (on commit): the customer is archived.
        Invalid: it is said to have been said in the future.
    """
    before = desk.consents.current(customer_id)
    said = _word(desk, customer_id, fields, _said_at(desk, before, fields))
    _write(desk, customer_id, before, [said], archived_too=False)
    return said


def withdraw(
    desk: Desk, customer_id: str, channel: ConsentChannel, purposes: Iterable[Purpose], source: ConsentSource
) -> Sequence[Consent]:
    """Write down that the customer wants no more messages of these purposes on the channel.

    For what customers do themselves (a link, a STOP): it counts for archived ones too. What was withdrawn in the
    same way before is not written again; the words that are new are given back.

    Raises:
        NotFound: there is no such customer (also on commit).
    """
    before = desk.consents.current(customer_id)
    noes = [
        NewConsent(channel=channel, purpose=purpose, granted=False, source=source)
        for purpose in purposes
        if not _withdrawn_by(before, channel, purpose, source)
    ]
    said = [_word(desk, customer_id, no, _said_at(desk, before, no)) for no in noes]
    if said:
        _write(desk, customer_id, before, said, archived_too=True)
    return said


def record_all(desk: Desk, customer_id: str, fields: Sequence[NewConsent], *, new: bool = False) -> Sequence[Consent]:
    """Write down several words at once, of a `new` customer without a look at what was said before.

    For lists that come again and again: what holds already with the same proof is not written again; the words that
    are new are given back.

    Raises:
        Conflict (on commit): the customer is archived.
        Invalid: a word is said to have been said in the future.
    """
    if not fields:
        return ()
    before = Consents() if new else desk.consents.current(customer_id)
    words = (_word(desk, customer_id, each, _said_at(desk, before, each)) for each in fields)
    said = [word for word in words if not _holds(before, word)]
    if said:
        _keep(desk, customer_id, before, said, archived_too=False)
        alike = sorted(said, key=lambda word: (word.channel, word.granted))
        for _, group in groupby(alike, key=lambda word: (word.channel, word.granted)):
            _tell(desk, customer_id, before, list(group))
    return said


def _word(desk: Desk, customer_id: str, fields: NewConsent, at: str) -> Consent:
    return Consent(
        id=ids.new_id("con", desk.call.now),
        customer_id=customer_id,
        channel=fields.channel,
        purpose=fields.purpose,
        granted=fields.granted,
        source=fields.source,
        wording_version=fields.wording_version,
        at=at,
        recorded_at=desk.call.at,
        recorded_by=(desk.call.actor.id, desk.call.actor.name),
    )


def _said_at(desk: Desk, before: Consents, fields: NewConsent) -> str:
    """When it was said: never later than now, so that a word of this moment is not outdone by an earlier one."""
    if fields.at is None:
        return desk.call.at if fields.granted else _not_outdone(desk.call.at, before, fields)
    moment = instants.parse_instant(fields.at)
    if moment > desk.call.now + TOLERANCE:
        raise Invalid.field("/at", "lies in the future")
    return instants.to_text(min(moment, desk.call.now))


def _not_outdone(at: str, before: Consents, no: NewConsent) -> str:
    """A no that is said now counts, even if the clock that wrote the last yes was ahead of ours."""
    known = before.latest.get((no.channel, no.purpose))
    return max(at, known.at) if known else at


def _withdrawn_by(before: Consents, channel: str, purpose: str, source: str) -> bool:
    known = before.latest.get((channel, purpose))
    return known is not None and not known.granted and known.source == source


def _holds(before: Consents, word: Consent) -> bool:
    known = before.latest.get((word.channel, word.purpose))
    proof = (word.granted, word.source, word.wording_version, word.at)
    return known is not None and (known.granted, known.source, known.wording_version, known.at) == proof


def _write(desk: Desk, customer_id: str, before: Consents, said: Sequence[Consent], *, archived_too: bool) -> None:
    _keep(desk, customer_id, before, said, archived_too=archived_too)
    _tell(desk, customer_id, before, said)


def _keep(desk: Desk, customer_id: str, before: Consents, said: Sequence[Consent], *, archived_too: bool) -> None:
    after = reduce(Consents.with_word, said, before)
    desk.consents.add(customer_id, before, after, said, archived_too=archived_too)


def _tell(desk: Desk, customer_id: str, before: Consents, said: Sequence[Consent]) -> None:
    """Words of one channel that are all yes or all no."""
    granted, facts = said[0].granted, _facts(said)
    kind = "consent_given" if granted else "consent_withdrawn"
    text = summary(said[0].channel, [word.purpose for word in said], granted=granted)
    desk.work.record(Event(customer_id, kind, text, {"customer_id": customer_id, **facts}))
    known = {word.purpose: _known(before, word) for word in said}
    action = "consent.give" if granted else "consent.withdraw"
    desk.work.audit(Change(action, customer_id, {"granted": known}, facts))


def _facts(said: Sequence[Consent]) -> dict[str, Any]:
    """Several words of one moment differ in their purposes only."""
    first = said[0]
    return {
        "consent_ids": [word.id for word in said],
        "channel": first.channel,
        "purposes": [word.purpose for word in said],
        "granted": first.granted,
        "source": first.source,
        "wording_version": first.wording_version,
        "at": first.at,
    }


def _known(before: Consents, word: Consent) -> bool | None:
    known = before.latest.get((word.channel, word.purpose))
    return known.granted if known else None
