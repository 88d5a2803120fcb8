"""The shop's settings over HTTP."""

from chalicelib.domain.shop import settings
from chalicelib.domain.shop.shapes import SettingsFields, SettingsOut
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.wiring import shop

endpoint = Routes(__name__, "admin")


@endpoint("GET", "/v1/settings", "settings.read", "Read the settings", returns=SettingsOut)
def read(_: Request) -> Answer:
    """Version 0 are the defaults that nobody has changed yet."""
    found = shop.shop.fresh()
    return ok(settings.shown(found.settings, found.settings_version), found.settings_version)


@endpoint(
    "PATCH",
    "/v1/settings",
    "settings.write",
    "Change the settings",
    body=SettingsFields,
    patch=True,
    returns=SettingsOut,
    also={409: "A closed location cannot be the default"},
)
def change(request: Request) -> Answer:
    """JSON Merge Patch. With If-Match only that version is changed."""
    changed = settings.change(shop.office(request.work), request.body, request.if_match)
    return ok(changed, changed["version"])
