"""Functions of a test's own in the local AWS."""

import io
import threading
import zipfile
from typing import Any

from tests.local.emulated import Emulated

_PAUSES = 300  # of a tenth of a second: as long as a test waits for what must come


def make(emulated: Emulated, name: str, code: str) -> str:
    """A function with this `app.handle`; returns its ARN."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), code)  # of no date: the same code is the same package
    made: dict[str, Any] = emulated.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="app.handle",
        Role="arn:aws:iam::000000000000:role/r",
        Timeout=30,
        Code={"ZipFile": packed.getvalue()},
    )
    return str(made["FunctionArn"])


def objects(emulated: Emulated, wanted: set[str]) -> set[str]:
    """The keys in the bucket `files`, as soon as those wanted are there; what is there after a while otherwise."""
    pause, found = threading.Event(), set[str]()
    for _ in range(_PAUSES):
        found = {each["Key"] for each in emulated.client("s3").list_objects_v2(Bucket="files").get("Contents", ())}
        if found >= wanted:
            return found
        pause.wait(0.1)
    return found
