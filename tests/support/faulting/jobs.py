"""Jobs of every kind, left waiting for their function: what a new kind needs here is asked for by its name."""

import json
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from tests.support.faulting.functions import Arrangement
from tests.support.records import a_few_records
from tests.support.workbooks import workbook
from tests.support.world import World
from tests.support.world.arrangement import FOREIGN_LIST, made

OWN = (
    "external_id,given_name,family_name,phone,tags\n"
    "OLD-7,Nila,Iyer,+919810000201,VIP\nEXT-1,Meera,Menon,,\nOLD-8,Om,Das,broken,\n"
)
MAPPING = {"given_name": "First name", "family_name": "Last name", "phone": "Mobile"}
BULK = "/v1/customers/bulk"
NOBODY = "cus_00000000000000000000000000"
# What each kind of bulk change is given.
ACTIONS: dict[str, dict[str, Any]] = {
    "tag": {"tags": ["Slow payer"]},
    "untag": {"tags": ["Bridal"]},
    "assign": {"assignee": None},
    "change": {"fields": {"occupation": "Pilot"}},
    "archive": {},
    "export": {"format": "csv"},
}
EXPORTS = (("customers", "csv"), ("customers", "xlsx"), ("customers", "jsonl"), ("everything", "jsonl"))


def _import(world: World, content: str | bytes, dry_run: str = "", **asked: Any) -> Any:
    body = {"kind": "customers", "format": "csv", **asked}
    begun = made(world.api("admin").post(f"/v1/imports{dry_run}", body))
    world.upload(begun["upload"], content)
    return begun


def _own_list(world: World) -> None:
    _import(world, OWN)


def _foreign_list(world: World) -> None:
    _import(world, FOREIGN_LIST, mapping=MAPPING)


def _sheet(world: World) -> None:
    file: BytesIO = workbook(("List", [line.split(",") for line in OWN.splitlines()]))
    _import(world, file.getvalue(), format="xlsx")


def _dry_run(world: World) -> None:
    _import(world, OWN, "?dry_run=true")


def _start(world: World) -> None:
    begun = _import(world, OWN, "?dry_run=true")
    world.deliver()
    made(world.api("manager").post(f"/v1/imports/{begun['id']}/start"))


def _mapping(world: World) -> None:
    begun = _import(world, FOREIGN_LIST)
    world.deliver()
    made(world.api("manager").put(f"/v1/imports/{begun['id']}/mapping", {"mapping": MAPPING}))


def _everything(world: World) -> None:
    lines = b"\n".join(json.dumps(line).encode() for line in a_few_records())
    _import(world, lines, kind="everything", format="jsonl")


def _export(kind: str, file_format: str, world: World) -> None:
    made(world.api("admin").post("/v1/exports", {"kind": kind, "format": file_format}))


def bulk(world: World, kind: str) -> Any:
    """A bulk change of this kind, of two customers and one whom nobody knows."""
    if kind not in ACTIONS:
        raise AssertionError(f"tests/support/faulting/jobs.py does not say what a bulk change `{kind}` takes: ACTIONS.")
    ids = [*world.records["cus"][:2], NOBODY]
    body = {"selection": {"ids": ids}, "action": {"kind": kind, **ACTIONS[kind]}}
    return made(world.api("manager").post(BULK, body))


def _bulk(kind: str, world: World) -> None:
    bulk(world, kind)


def _undo_of_bulk(kind: str, world: World) -> None:
    begun = bulk(world, kind)
    world.deliver()
    made(world.api("manager").post(f"{BULK}/{begun['id']}/undo"))


def _undo_of_import(world: World) -> None:
    """One customer goes, one who has a history by now stays, and one is given back what they were."""
    begun = _import(world, OWN + "OLD-9,Ira,Sen,+919810000209,\n")
    world.deliver()
    path = f"/v1/imports/{begun['id']}"
    stays = made(world.api("manager").get(f"{path}/rows"))["items"][0]["customer_id"]
    made(world.api("sales").post(f"/v1/customers/{stays}/notes", {"text": "Likes pearls"}))
    made(world.api("manager").post(f"{path}/undo"))


def _duplicates(world: World) -> None:
    """A pair that comes, one that goes, and one that gets other reasons."""
    sales, (_, alike, odd, *_) = world.api("sales"), world.records["cus"]
    twin = {"given_name": "Kiran", "phones": [{"number": "+919810000003"}], "allow_duplicate": True}
    made(sales.post("/v1/customers", twin))
    made(sales.patch(f"/v1/customers/{alike}", {"birthday": "1988-11-24"}))
    made(sales.patch(f"/v1/customers/{odd}", {"family_name": "Nair"}))
    made(world.api("manager").post("/v1/duplicates/runs"))


def _contact_check(world: World) -> None:
    """A finding that comes, and some that go."""
    sales, (meera, _, odd, *_) = world.api("sales"), world.records["cus"]
    made(sales.patch(f"/v1/customers/{meera}", {"emails": [{"address": "meera@gmial.com"}]}))
    made(sales.patch(f"/v1/customers/{odd}", {"emails": []}))
    made(world.api("manager").post("/v1/contact-checks"))


def _job(name: str, prepare: Callable[[World], None], *covers: str) -> Arrangement:
    return Arrangement(name, "Imports", prepare, covers=frozenset(covers))


JOBS = (
    _job("import of our own list", _own_list, "import customers", "format csv"),
    _job("import by a mapping", _foreign_list),
    _job("import of a sheet", _sheet, "format xlsx"),
    _job("import that is looked at first", _dry_run),
    _job("import that is started then", _start),
    _job("import that waited for a mapping", _mapping),
    _job("import of everything", _everything, "import everything", "format jsonl"),
    *(
        _job(f"export of {kind} as {form}", partial(_export, kind, form), f"export {kind} {form}")
        for kind, form in EXPORTS
    ),
    *(_job(f"bulk {kind}", partial(_bulk, kind), f"bulk {kind}") for kind in ACTIONS),
    *(_job(f"undo of {kind}", partial(_undo_of_bulk, kind), f"undo {kind}") for kind in ("tag", "change", "archive")),
    _job("undo of an import", _undo_of_import, "undo import"),
    _job("duplicates", _duplicates),
    # What was found by a try whose answer was lost is found there by the next one, and not counted as new.
    Arrangement("contact check", "Imports", _contact_check, loose=r'\\"(?:found|gone)\\": ?\d+,? ?'),
)
