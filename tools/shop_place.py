"""The table of a shop: on this machine, or of a stage on AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from infra.stages import Stage
from local.place import Refusal, place, read_json
from local.prepare import client as local_client
from tools import stack
from tools.account import current

PATIENCE = 600  # the local AWS copies a table while one waits


@dataclass(frozen=True)
class ShopPlace:
    """Where the table in use lies, and how to name its stage in a command; None is the shop on this machine."""

    dynamodb: Any
    table: str
    stage: str | None


def found(at: Stage | None) -> ShopPlace:
    """The shop of a stage, or the one that `make run` started on this machine.

    Raises:
        AccountError, StackError: there is no such stage, or no account.
        Refusal: nothing runs here.
    """
    return _on_aws(at) if at else _on_this_machine()


def _on_this_machine() -> ShopPlace:
    here = place()
    instance, prepared = read_json(here.instance), read_json(here.prepared)
    if not instance or not prepared:
        raise Refusal(f"There is no shop in {here.folder}: start it with `make run`, or name a stage on AWS.")
    dynamodb = local_client("dynamodb", instance["emulator"], PATIENCE)
    return ShopPlace(dynamodb, prepared["outputs"]["Table"], None)


def _on_aws(at: Stage) -> ShopPlace:
    session = current().session
    outputs = stack.outputs(session.client("cloudformation"), f"facet-{at.name}")
    return ShopPlace(session.client("dynamodb"), outputs["Table"], at.name)
