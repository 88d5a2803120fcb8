"""bandit looks at what ships, with our settings, and no line is excused that need not be."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BANDIT = ROOT / ".facet" / "lint" / "bin" / "bandit"
LOOKED_AT = ("app.py", "chalicelib", "infra", "local", "tools")
INSECURE = {
    "B105": 'password = "letmein"',
    "B301": "import pickle\npickle.loads(sent)",
    "B324": "import hashlib\nhashlib.md5(sent)",
    "B501": "import requests\nrequests.get(url, verify=False)",
    "B506": "import yaml\nyaml.load(sent)",
    "B602": "import subprocess\nsubprocess.run(sent, shell=True)",
    "B608": 'store.execute(f"SELECT * FROM customers WHERE name = {sent}")',
}


def look(*arguments: str) -> list[dict[str, Any]]:
    command = [str(BANDIT), "--quiet", "--configfile", str(ROOT / "pyproject.toml"), "--format", "json", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    answer = json.loads(done.stdout)
    assert answer["errors"] == []
    found: list[dict[str, Any]] = answer["results"]
    return found


def excused() -> dict[tuple[str, int], str]:
    """Each line with a nosec: by its file and number, the kind of finding that it excuses."""
    files = [
        file for name in LOOKED_AT for file in ([ROOT / name] if name == "app.py" else (ROOT / name).rglob("*.py"))
    ]
    lines = [(file, n, text) for file in files for n, text in enumerate(file.read_text().splitlines(), 1)]
    return {
        (file.relative_to(ROOT).as_posix(), n): text.partition("# nosec ")[2]
        for file, n, text in lines
        if "# nosec" in text
    }


def test_what_is_insecure_is_found(tmp_path: Path) -> None:
    for kind, code in INSECURE.items():
        (tmp_path / f"{kind.lower()}.py").write_text(f"{code}\n")
    found = {(Path(each["filename"]).stem.upper(), each["test_id"]) for each in look("-r", str(tmp_path))}
    assert {(kind, kind) for kind in INSECURE} <= found


def test_every_excused_line_names_what_it_excuses_and_why_and_needs_it() -> None:
    lines = excused()
    assert lines
    for comment in lines.values():
        assert re.fullmatch(r"B\d{3}  # (noqa: S\d{3} --? )?.{8,}", comment), comment
    files = sorted({file for file, _ in lines})
    found = {
        (each["filename"].removeprefix("./"), each["line_number"], each["test_id"])
        for each in look("--ignore-nosec", *files)
    }
    assert found == {(file, line, comment[:4]) for (file, line), comment in lines.items()}
