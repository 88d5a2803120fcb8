"""Imports in the table: their state, and the list of them."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chalicelib.domain.call import Actor
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import is_id
from chalicelib.domain.imports.job import Taken
from chalicelib.domain.imports.model import Import, Layout, SourceFile
from chalicelib.repos import keys
from chalicelib.repos.found import Position
from chalicelib.repos.months import months_back
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Transaction

FREE = "attribute_not_exists(pk)"


class AlreadySaved(Exception):
    """This very state was written before, by a call whose answer was lost."""


class ImportReader:
    """Reads of imports."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, import_id: str, now: datetime) -> Import:
        """The import.

        Raises:
            NotFound: there is none with this id, or it is older than 90 days.
        """
        item = self._table.get(keys.import_job(import_id)) if is_id(import_id, "imp") else None
        if item is None or item["expires_at"] <= now.timestamp():
            raise NotFound("There is no such import.")
        return _from_item(item)

    def page(self, limit: int, position: Position | None, now: datetime) -> tuple[list[Import], Position | None]:
        """Imports, newest first, and where the next page begins."""
        found: list[str] = []
        position = position or {}
        after, following = position.get("k"), None
        for month in months_back(position.get("m"), now):
            wanted = Range(keys.import_listed("", month).pk, newest_first=True, after=after, limit=limit - len(found))
            page = self._table.query(wanted)
            found += [item["sk"] for item in page.items]
            after = None
            if page.last or len(found) == limit:
                following = {"m": month, "k": page.last or found[-1]}
                break
        return [_from_item(item) for item in self._jobs(found, now)], following

    def _jobs(self, import_ids: list[str], now: datetime) -> Iterator[Item]:
        items = self._table.get_many([keys.import_job(import_id) for import_id in import_ids])
        for key in map(keys.import_job, import_ids):
            if key in items and items[key]["expires_at"] > now.timestamp():
                yield items[key]


class ImportWriter:
    """Writes of imports within one transaction."""

    def __init__(self, work: Transaction) -> None:
        self._work = work

    def add(self, job: Import) -> None:
        """Write a new import and its place in the list."""
        self._work.put(keys.import_job(job.id), _attributes(job), condition=FREE)
        listed = keys.import_listed(job.id, job.created_at[:7])
        self._work.put(listed, {"expires_at": job.expires_at}, condition=FREE)

    def save(self, before: Import, after: Import, token: str) -> None:
        """Write the state after `before`; the token tells this write from another worker's.

        Raises (on commit):
            Taken: the import has left that state.
            AlreadySaved: by this very write.
        """

        def refused(old: Item | None) -> Exception:
            return AlreadySaved() if old and old.get("token") == token else Taken()

        self._work.put(
            keys.import_job(before.id),
            {**_attributes(after), "token": token},
            condition="version = :before",
            values={":before": before.version},
            otherwise=refused,
        )


def new_token() -> str:
    """What tells one write of an import from all others."""
    return secrets.token_hex(8)


def saved(commit: Callable[[], Any]) -> None:
    """Commit a state; that it was written already is as good."""
    with suppress(AlreadySaved):
        commit()


def _attributes(job: Import) -> dict[str, Any]:
    doc = {
        "kind": job.kind,
        "actor": {**asdict(job.actor), "roles": sorted(job.actor.roles)},
        "created_at": job.created_at,
        "default_country": job.default_country,
        "file": asdict(job.file) if job.file else None,
        "layout": asdict(job.layout) if job.layout else None,
        "rows": job.rows,
        "done": job.done,
        "offset": job.offset,
        "counts": job.counts,
        "reason": job.reason,
        "finished_at": job.finished_at,
        "leased_until": job.leased_until,
    }
    return {
        "version": job.version,
        "status": job.status,
        "expires_at": job.expires_at,
        "doc": json.dumps(doc, ensure_ascii=False, separators=(",", ":")),
    }


def _from_item(item: Mapping[str, Any]) -> Import:
    doc = json.loads(item["doc"])
    actor, layout, file = doc.pop("actor"), doc.pop("layout"), doc.pop("file")
    return Import(
        id=item["pk"],
        version=int(item["version"]),
        status=item["status"],
        expires_at=int(item["expires_at"]),
        actor=Actor(actor["id"], actor["name"], frozenset(actor["roles"]), tuple(actor["locations"])),
        layout=Layout(layout["delimiter"], tuple(layout["columns"])) if layout else None,
        file=SourceFile(**file) if file else None,
        **doc,
    )
