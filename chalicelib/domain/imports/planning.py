"""Which mapping an import reads its rows by, and how it goes on when a person has said so."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.domain import instants
from chalicelib.domain.consents.commands import TOLERANCE
from chalicelib.domain.errors import Invalid
from chalicelib.domain.imports.mapping import ValueOptions, check_targets, own_mapping, resolve
from chalicelib.domain.imports.model import ImportOptions, Mapped, NewImport, options_of
from chalicelib.domain.imports.plan import Plan
from chalicelib.domain.imports.proposals import propose
from chalicelib.domain.imports.templates import TEMPLATES, mapping_of
from chalicelib.domain.jobs.model import Job

FROM_THE_FILE = ("encoding", "delimiter", "sheet")
Said = TypeVar("Said", bound=Mapped)


def asked(body: NewImport, now: datetime, *, dry_run: bool) -> dict[str, Any]:
    """What is kept of the request; a saved mapping stands in it by now.

    Raises:
        Invalid: names what no file could fit.
    """
    _check(body, body.options, now)
    return {**body.model_dump(mode="json", exclude={"mapping_id"}), "dry_run": dry_run}


def chosen(job: Job) -> Mapping[str, Any] | None:
    """The mapping that was sent, or that of a template, or of a header in our own words; None when there is none.

    Raises:
        Invalid: the template does not fit the header.
    """
    header: Sequence[str] = job.state["header"]
    if job.request.get("mapping"):
        given: Mapping[str, Any] = job.request["mapping"]
        return given
    if job.request.get("template"):
        return mapping_of(job.request["template"], header, consents=options_of(job).consents is not None)
    return own_mapping(header)


def plan_of(job: Job) -> Plan:
    """The plan by which the rows are read.

    Raises:
        Invalid: the mapping does not fit the file; names what is wrong.
    """
    options = options_of(job)
    values = ValueOptions(
        today=instants.parse_instant(job.created_at).date(),
        date_format=options.date_format,
        consents=options.consents is not None,
    )
    return resolve(job.state["mapping"], job.state["header"], values, job.state.get("dates"))


def proposed(job: Job, samples: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Which column may be what, for the person who is to say it."""
    return propose(job.state["header"], samples).model_dump(mode="json")


def mapped_anew(job: Job, said: Mapped, options: ImportOptions, now: datetime) -> Job:
    """The import with another mapping, to be read from its first row on; or its file anew when that reads otherwise.

    Raises:
        Invalid: the mapping does not fit the file; names what is wrong.
    """
    _check(said, options, now)
    kept, before = options.model_dump(mode="json"), job.request["options"]
    request = {**job.request, "options": kept, **said.model_dump(mode="json", include={"mapping", "template"})}
    anew = replace(_from_the_first(job), request=request, reason=None).with_state(mapping=None, proposal=None)
    if any(kept[name] != before.get(name) for name in FROM_THE_FILE):
        return anew.with_state(spool=None)
    mapping = chosen(anew)
    if mapping is not None:
        plan_of(anew.with_state(mapping=mapping))
    return anew


def started(job: Job) -> Job:
    """The import when its rows are to be done."""
    return _from_the_first(job).with_state(started=True)


def _check(said: Mapped, options: ImportOptions, now: datetime) -> None:
    if said.template is not None and said.template not in TEMPLATES:
        raise Invalid.field("/template", f"is none of {', '.join(sorted(TEMPLATES))}")
    if said.mapping is not None:
        check_targets(said.mapping)
    if options.consents and instants.parse_instant(options.consents.at) > now + TOLERANCE:
        raise Invalid.field("/options/consents/at", "lies in the future")


def _from_the_first(job: Job) -> Job:
    return replace(job, status="waiting", counts={}, done=0).with_state(offset=0, checked=None, seen=None)
