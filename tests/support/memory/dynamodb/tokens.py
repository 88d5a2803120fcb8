"""An expression as tokens, and which names and values it uses."""

import re
from collections.abc import Mapping

from tests.support.memory.dynamodb.reserved import RESERVED
from tests.support.memory.errors import Refusal, invalid

_TOKEN = re.compile(r"\s*(<>|<=|>=|[=<>(),+-]|:\w+|[#A-Za-z_]\w*(?:\.[#A-Za-z_]\w*)*)")
_END = ""
_WORDS = frozenset(("AND", "OR", "NOT", "BETWEEN", "IN"))


class Tokens:
    """What is left to read of one expression."""

    def __init__(self, kind: str, expression: str, names: Mapping[str, str]) -> None:
        self.kind, self._names = kind, names
        self.used_names: set[str] = set()
        self.used_values: set[str] = set()
        self._tokens = list(self._cut(expression))
        self._at = 0
        if not self._tokens:
            raise self.wrong("The expression can not be empty;")

    def _cut(self, expression: str) -> list[str]:
        found, at, text = [], 0, expression.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise self.wrong(f"Syntax error; near: {text[at : at + 20]!r}")
            found.append(match[1])
            at = match.end()
        return found

    def wrong(self, why: str) -> Refusal:
        """The refusal of this expression."""
        return invalid(f"Invalid {self.kind}: {why}")

    @property
    def next(self) -> str:
        """The token that comes; empty at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    @property
    def word(self) -> str:
        """The same in capitals, as keywords are compared."""
        return self.next.upper()

    def take(self) -> str:
        """The token that comes, which is then behind us."""
        token = self.next
        self._at += 1
        return token

    def take_if(self, *wanted: str) -> str:
        """The same if it is one of these keywords or signs; empty otherwise."""
        if self.word and self.word in wanted:
            return self.take().upper()
        return _END

    def need(self, wanted: str) -> None:
        """Take this keyword or sign.

        Raises:
            Refusal: something else comes.
        """
        if not self.take_if(wanted):
            raise self.wrong(f"Syntax error; token: {self.next!r}, expected {wanted!r}")

    def value(self) -> str:
        """The name of a value."""
        token = self.take()
        if not token.startswith(":"):
            raise self.wrong(f"Syntax error; token: {token!r}, a value was expected")
        self.used_values.add(token)
        return token

    def path(self) -> tuple[str, ...]:
        """A path to an attribute, names put in.

        Raises:
            Refusal: a name is not defined, or a reserved word.
        """
        token = self.take()
        if not token or token[0] in "=<>(),+-:":
            raise self.wrong(f"Syntax error; token: {token!r}, an attribute was expected")
        return tuple(map(self._name, token.split(".")))

    def _name(self, part: str) -> str:
        if part.startswith("#"):
            if part not in self._names:
                why = "An expression attribute name used in the document path is not defined; attribute name: "
                raise self.wrong(why + part)
            self.used_names.add(part)
            return self._names[part]
        if part.upper() in RESERVED or part.upper() in _WORDS:
            raise self.wrong(f"Attribute name is a reserved keyword; reserved keyword: {part}")
        return part

    def end(self) -> None:
        """Nothing may follow."""
        if self.next:
            raise self.wrong(f"Syntax error; token: {self.next!r}")
