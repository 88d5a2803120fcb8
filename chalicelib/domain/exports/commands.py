"""Beginning an export."""

from collections.abc import Sequence

from chalicelib.domain.call import Call
from chalicelib.domain.errors import FieldError, Invalid
from chalicelib.domain.exports.columns import is_column
from chalicelib.domain.exports.model import NewExport
from chalicelib.domain.ids import is_id
from chalicelib.domain.jobs import commands
from chalicelib.domain.jobs.commands import JobStore
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.work import Work


def begin(call: Call, jobs: JobStore, work: Work, asked: NewExport) -> Job:
    """A new export in the name of the caller, on its way to a worker. Who took out what is in the audit log.

    Raises:
        Invalid: parts of it do not go together, or a column or id is none.
    """
    _check(asked)
    kept = asked.model_dump(mode="json")
    kept["filter"] = asked.filter.model_dump(mode="json", exclude_unset=True) if asked.filter else None
    job = commands.make(call, jobs, work, "export", kept)
    commands.start(work, job)
    return job


def _check(asked: NewExport) -> None:
    if asked.kind == "everything":
        if asked.format != "jsonl":
            raise Invalid.field("/format", "must be jsonl for everything")
        _refuse(asked, ("filter", "ids", "columns"), "does not go with everything")
    if asked.format == "jsonl":
        _refuse(asked, ("columns",), "goes with csv and xlsx only: jsonl has all there is")
    if asked.ids:
        _refuse(asked, ("filter",), "does not go with ids")
        _check_ids(asked.ids)
    if asked.archived and (asked.filter or asked.ids):
        raise Invalid.field("/archived", "goes without filter and ids; a filter has its own status")
    if asked.columns:
        _check_columns(asked.columns)


def _refuse(asked: NewExport, names: Sequence[str], why: str) -> None:
    errors = [FieldError(f"/{name}", why) for name in names if getattr(asked, name) is not None]
    if errors:
        raise Invalid(f"{errors[0].pointer} {why}.", errors=errors)


def _check_ids(customer_ids: Sequence[str]) -> None:
    wrong = [place for place, each in enumerate(customer_ids) if not is_id(each, "cus")]
    if wrong:
        errors = [FieldError(f"/ids/{place}", "is no id of a customer") for place in wrong]
        raise Invalid("Some ids are no ids of customers.", errors=errors)
    _unique(customer_ids, "/ids")


def _check_columns(columns: Sequence[str]) -> None:
    wrong = [place for place, each in enumerate(columns) if not is_column(each)]
    if wrong:
        errors = [FieldError(f"/columns/{place}", "is no column of an export") for place in wrong]
        raise Invalid("Some columns do not exist.", errors=errors)
    _unique(columns, "/columns")


def _unique(values: Sequence[str], pointer: str) -> None:
    if len(set(values)) != len(values):
        raise Invalid.field(pointer, "must not name the same value twice")
