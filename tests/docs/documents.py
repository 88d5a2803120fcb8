"""The documents, and what of them can be run.

A block that starts with ```sh run is run. Blocks ```json, ```http and ```text that follow it, before the next block of
commands, show what it answers: JSON shows a part of the answer, http a status line, some headers and a part of the
JSON body, text some lines. An ellipsis stands for any text, alone for any value, and at the end of a list for any
further members.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.emulator import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHOWN = ("json", "http", "text")
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its info string, its text, and the line of the document where the text begins."""

    info: str
    text: str
    line: int


@dataclass
class Step:
    """Commands to run, and what the document shows as their answer."""

    commands: Block
    shown: list[Block] = field(default_factory=list)


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks, in order."""
    for fence in _FENCE.finditer(text):
        yield Block(fence["info"].strip(), fence["text"], text.count("\n", 0, fence.start("text")) + 1)


def steps(text: str) -> list[Step]:
    """What of a document is run."""
    found: list[Step] = []
    latest: Step | None = None
    for block in blocks(text):
        if block.info == "sh run":
            latest = Step(block)
            found.append(latest)
        elif block.info in SHOWN and latest is not None:
            latest.shown.append(block)
        else:
            latest = None
    return found


def prose(text: str) -> str:
    """The document without its fenced blocks."""
    return _FENCE.sub("", text)


def runnable() -> list[Path]:
    """The documents that hold something to run."""
    return [path for path in DOCUMENTS if steps(path.read_text())]


def name_of(path: Path) -> str:
    """How a test names a document."""
    return path.relative_to(ROOT).as_posix()
