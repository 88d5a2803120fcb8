"""What a guard is, and how it is called."""

import ast
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

ROOTS = ("app.py", "chalicelib")
Change = Callable[[ast.AST], "ast.AST | list[ast.stmt]"]
MOST_SHOWN = 60  # characters of a guard's text in its name


@dataclass(frozen=True)
class Found:
    """A place in a parsed module where something is guarded.

    `without` gives what stands there once the guard is gone; `marked` is told the guard's number and gives the same
    code that also says when it came into play.
    """

    kind: str
    node: ast.AST
    text: str
    without: Change
    marked: Callable[[ast.AST, int], "ast.AST | list[ast.stmt]"]


@dataclass(frozen=True)
class Guard:
    """A guard of the application. `digest` is that of the function (or statement) that it stands in."""

    id: str
    kind: str
    path: str
    line: int
    digest: str
    inside: bool  # of a function, so that it can be taken away while the application runs
    tells: tuple[str, ...] = ()  # of a constraint: its kinds of error; of a route: its view


def name_of(path: str, function: str, found: Found) -> str:
    """A name that stays when lines move: place, kind and the words of the code."""
    text = " ".join(found.text.split())
    if len(text) > MOST_SHOWN:
        text = f"{text[:MOST_SHOWN]}~{digest(text)[:6]}"
    return f"{path}::{function}::{found.kind}::{text}"


def digest(text: str) -> str:
    """Tells two texts apart."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
