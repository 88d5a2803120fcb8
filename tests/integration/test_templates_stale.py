"""A version of a template is written once, whatever two have read before."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.templates.model import Template
from chalicelib.repos.templates import TemplateReader, TemplateWriter
from chalicelib.repos.transaction import Transaction
from tests.support.stale import begun, refused, written
from tests.support.world import World

Write = Callable[[TemplateWriter, Template], None]


def add(writer: TemplateWriter, seen: Template) -> None:
    """The same id under another name."""
    writer.add(replace(seen, version=1, name="winter"))


def change(writer: TemplateWriter, seen: Template) -> None:
    writer.change(replace(seen, version=seen.version + 1, text="Other words"))


def archive(writer: TemplateWriter, seen: Template) -> None:
    writer.archive(seen, replace(seen, version=seen.version + 1, status="archived"))


def with_writer(write: Write, seen: Template) -> Callable[[Transaction], None]:
    return lambda work: write(TemplateWriter(work, lambda: 1), seen)


@pytest.mark.parametrize("theirs", [change, archive])
@pytest.mark.parametrize("mine", [change, archive, add])
def test_what_was_read_before_makes_no_version(world: World, theirs: Write, mine: Write) -> None:
    (seen,) = TemplateReader(world.table).in_use()
    work = begun(world, with_writer(mine, seen))
    written(world, with_writer(theirs, seen))
    refused(world, work)
