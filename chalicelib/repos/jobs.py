"""Jobs in the table: their state, and the list of them."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.call import Actor
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import is_id
from chalicelib.domain.jobs.model import PREFIXES, Job, JobKind
from chalicelib.domain.jobs.run import Taken
from chalicelib.repos import keys
from chalicelib.repos.found import Position
from chalicelib.repos.months import months_back
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Transaction

FREE = "attribute_not_exists(pk)"
_IN_DOC = ("created_at", "request", "state", "counts", "total", "done", "reason", "finished_at", "leased_until")


class AlreadySaved(Exception):
    """This very state was written before, by a call whose answer was lost."""


class JobReader:
    """Reads of jobs."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, job_id: str, kind: JobKind, now: datetime) -> Job:
        """The job.

        Raises:
            NotFound: there is none of this kind with this id, or it is older than 90 days.
        """
        item = self._table.get(keys.job(job_id)) if is_id(job_id, PREFIXES[kind]) else None
        if item is None or item["expires_at"] <= now.timestamp():
            raise NotFound(f"There is no such {kind.replace('_', ' ')}.")
        return _from_item(item)

    def page(
        self, kind: JobKind, limit: int, position: Position | None, now: datetime
    ) -> tuple[list[Job], Position | None]:
        """Jobs of a kind, newest first, and where the next page begins."""
        found: list[str] = []
        position = position or {}
        after, following = position.get("k"), None
        for month in months_back(position.get("m"), now):
            wanted = Range(
                keys.job_listed(kind, "", month).pk, newest_first=True, after=after, limit=limit - len(found)
            )
            page = self._table.query(wanted)
            found += [item["sk"] for item in page.items]
            after = None
            if page.last or len(found) == limit:
                following = {"m": month, "k": page.last or found[-1]}
                break
        return list(self._jobs(found, now)), following

    def _jobs(self, job_ids: Sequence[str], now: datetime) -> Iterator[Job]:
        items = self._table.get_many([keys.job(job_id) for job_id in job_ids])
        for key in map(keys.job, job_ids):
            if key in items and items[key]["expires_at"] > now.timestamp():
                yield _from_item(items[key])


class JobWriter:
    """Writes of jobs within one transaction."""

    def __init__(self, work: Transaction) -> None:
        self._work = work

    def add(self, job: Job) -> None:
        """Write a new job and its place in the list."""
        self._work.put(keys.job(job.id), _attributes(job), condition=FREE)
        listed = keys.job_listed(job.kind, job.id, job.created_at[:7])
        self._work.put(listed, {"expires_at": job.expires_at}, condition=FREE)

    def save(self, before: Job, after: Job, token: str) -> None:
        """Write the state after `before`; the token tells this write from another worker's.

        Raises (on commit):
            Taken: the job has left that state.
            AlreadySaved: by this very write.
        """

        def refused(old: Item | None) -> Exception:
            return AlreadySaved() if old and old.get("token") == token else Taken()

        self._work.put(
            keys.job(before.id),
            {**_attributes(after), "token": token},
            condition="version = :before",
            values={":before": before.version},
            otherwise=refused,
        )

    def amend(self, before: Job, after: Job) -> None:
        """Write what was learnt of a job that is over; run again when somebody else did meanwhile."""
        self._work.put(
            keys.job(before.id),
            _attributes(replace(after, version=before.version + 1)),
            condition="version = :before",
            values={":before": before.version},
        )


def new_token() -> str:
    """What tells one write of a job from all others."""
    return secrets.token_hex(8)


def saved(commit: Callable[[], Any]) -> None:
    """Commit a state; that it was written already is as good."""
    with suppress(AlreadySaved):
        commit()


def _attributes(job: Job) -> dict[str, Any]:
    doc = {name: getattr(job, name) for name in _IN_DOC}
    doc["actor"] = {**asdict(job.actor), "roles": sorted(job.actor.roles)}
    return {
        "version": job.version,
        "kind": job.kind,
        "status": job.status,
        "expires_at": job.expires_at,
        "doc": json.dumps(doc, ensure_ascii=False, separators=(",", ":")),
    }


def _from_item(item: Mapping[str, Any]) -> Job:
    doc = json.loads(item["doc"])
    actor = doc.pop("actor")
    return Job(
        id=item["pk"],
        kind=item["kind"],
        version=int(item["version"]),
        status=item["status"],
        expires_at=int(item["expires_at"]),
        actor=Actor(actor["id"], actor["name"], frozenset(actor["roles"]), tuple(actor["locations"])),
        **doc,
    )
