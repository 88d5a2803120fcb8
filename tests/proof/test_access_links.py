"""Links and forms to files: who gets one, to which file, for how long."""

import re
from datetime import timedelta

import pytest

from chalicelib.domain.permissions import MANAGEMENT, PERMISSIONS, ROLES
from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures
from tests.support.access.links import SIGNED, Form, Link, forms_in, links_in
from tests.support.access.logs import written
from tests.support.world import World
from tests.support.world.environment import FILES

QUARTER_OF_AN_HOUR = 15 * 60
KEY = re.compile(r"(imports|exports)/((?:imp|exp)_[0-9a-z]{26})/[a-z]+\.(csv|xlsx|jsonl)")
TYPES = {
    "text/csv",
    "application/x-ndjson",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_BYTES = 50 * 1024 * 1024
MOST_OF_ALL_DATA = 3 * 1024**3
WITH_FILES = ("imports.read", "imports.write", "exports.read", "exports.write", "bulk.write")


def plain(content_type: str) -> str:
    return content_type.partition(";")[0]


def check_link(link: Link, text: str) -> None:
    key = KEY.fullmatch(link.key)
    assert link.bucket == FILES
    assert key, link.key
    assert key[2] in text, "a link to a file of another record"
    assert 0 < link.seconds <= QUARTER_OF_AN_HOUR
    assert re.fullmatch(r'attachment; filename="[a-z0-9_.-]+"', link.disposition), "it would open in the browser"
    assert plain(link.content_type) in TYPES


def check_form(form: Form, text: str, world: World) -> None:
    key = form.fixed("key")
    assert form.fixed("bucket") == FILES
    assert key
    assert key == form.fields["key"]
    assert KEY.fullmatch(key), key
    assert key.split("/")[1] in text
    assert timedelta(0) < form.expires - world.clock.now <= timedelta(seconds=QUARTER_OF_AN_HOUR)
    assert form.fixed("Content-Type") in TYPES
    assert 0 < form.most_bytes <= (MOST_OF_ALL_DATA if "jsonl" in text else MOST_BYTES)
    assert not [each for each in form.conditions if next(iter(each)) in ("starts-with", "$key")]


@pytest.mark.parametrize("who", [*ROLES, "ravi", None])
def test_only_those_get_links_who_may_have_the_file(world: World, who: str | None) -> None:
    found = 0
    with written() as log:
        for route in sorted(ENDPOINTS):
            for request in world.requests(route)[: 3 if who in MANAGEMENT else 1]:
                world.reset()
                reply = world.send(request, who)
                if SIGNED.lower() not in reply.text.lower():
                    continue
                found += 1
                assert who in MANAGEMENT, f"{who} gets a link to a file by {route}"
                assert ENDPOINTS[route].permission in WITH_FILES, f"{route} gives links to files"
                for link in links_in(reply.json):
                    check_link(link, reply.text)
                for form in forms_in(reply.json):
                    check_form(form, reply.text, world)
    assert (found > 0) == (who in MANAGEMENT)
    assert SIGNED not in log.getvalue()
    figures.note("access", {"links": found})


def test_those_who_may_have_files_are_the_management() -> None:
    assert {PERMISSIONS[name] for name in WITH_FILES} == {MANAGEMENT}
