"""Where one instance keeps what, and how the small files beside the journal are read and written."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROLES = ("admin", "manager", "sales", "inventory", "analyst")
STAGE = "local"


class Refusal(Exception):
    """Why the launcher stops: one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Place:
    """The data folder of one instance."""

    folder: Path

    @property
    def emulator(self) -> Path:
        """What the local AWS keeps."""
        return self.folder / "emulator"

    @property
    def prepared(self) -> Path:
        """The deployed stack as last prepared: stamp, outputs, the functions' environment."""
        return self.emulator / "prepared.json"

    @property
    def staff(self) -> Path:
        """The passwords of the staff made at the first start."""
        return self.folder / "staff.json"

    @property
    def instance(self) -> Path:
        """The ports of the running instance."""
        return self.folder / "instance.json"

    @property
    def run(self) -> Path:
        """What clients need: base URL, documentation, tokens."""
        return self.folder / "run.json"

    @property
    def sample(self) -> Path:
        """Says that the sample store is filled."""
        return self.folder / "sample.json"

    def log(self, name: str) -> Path:
        """What a child process says."""
        return self.folder / f"{name}.log"


def place() -> Place:
    """The folder that DATA_DIR names, `data` in the project when it names none."""
    return Place(Path(os.environ.get("DATA_DIR") or ROOT / "data").expanduser().absolute())


def read_json(path: Path) -> Any:
    """The content of a file, None when there is none. Raises Refusal when it is damaged."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return None
    except (ValueError, OSError) as error:
        raise Refusal(f"{path} is damaged and cannot be read; nothing was changed.") from error


def write_json(path: Path, value: object) -> None:
    """Replaces a file, readable by its owner only; a crash leaves the old one or the new one."""
    draft = path.with_name(path.name + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(value, file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
