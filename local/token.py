"""Prints an access token of the running instance: `python local/token.py sales`."""

from __future__ import annotations

import sys

# Before any other import: this folder must not hide the library's module of this file's name.
if __name__ == "__main__":
    sys.path[0] = sys.path[0].removesuffix("local") or "."

from local.place import ROLES, Refusal, place  # after the path is right
from local.sign_in import token  # as above


def main() -> int:
    """The token on stdout, or one sentence on stderr and 1."""
    if len(sys.argv) != 2:
        print(f"Say which role: {', '.join(ROLES)}.", file=sys.stderr)
        return 1
    try:
        print(token(place(), sys.argv[1]))
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
