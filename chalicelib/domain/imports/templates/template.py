"""What is known of another system's customer export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Alternatives = tuple[str, ...]  # names that one column has had in versions and languages, the newest first


@dataclass(frozen=True)
class Template:
    """The columns of an export by target. `extras` are further words on how to read a target (MappedColumn).

    `signature` are columns without which the file is not of this system; `telling` are those that no other has.
    """

    name: str
    title: str
    columns: Mapping[str, Alternatives]
    signature: Sequence[Alternatives]
    telling: Sequence[Alternatives]
    extras: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def mapping(self, header: Sequence[str]) -> dict[str, Any]:
        """A FieldMapping of those columns that the header has, by their places."""
        places = {name.strip().casefold(): position for position, name in reversed([*enumerate(header, start=1)])}
        found: dict[str, Any] = {}
        for target, alternatives in self.columns.items():
            position = next((places[name.casefold()] for name in alternatives if name.casefold() in places), None)
            if position is not None:
                found[target] = {"position": position, **self.extras.get(target, {})}
        return found

    def has(self, alternatives: Alternatives, header: Sequence[str]) -> bool:
        """Whether the header has a column of one of these names."""
        names = {name.strip().casefold() for name in header}
        return any(name.casefold() in names for name in alternatives)
