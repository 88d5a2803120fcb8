"""Unsubscribe links: the page changes nothing, one click ends it, and forged links learn nothing."""

from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.domain.consents.links import unsubscribe_token
from chalicelib.domain.consents.model import PURPOSES
from chalicelib.domain.consents.page_words import WORDS
from chalicelib.handlers.forms import MULTIPART, URL_ENCODED
from chalicelib.wiring.signing import signing_key
from tests.support.audit import cores_of
from tests.support.faults import injected
from tests.support.history import kinds, made, timeline

pytestmark = pytest.mark.emulator
ONE_CLICK = "List-Unsubscribe=One-Click"
NOBODY = "cus_00000000000000000000000000"
READING = {"GetItem", "Query", "BatchGetItem", "GetParameter"}


def token(path: str, channel: str = "email", purpose: str = "birthday") -> str:
    return unsubscribe_token(signing_key(), path.rsplit("/", 1)[1], channel, purpose)


def link(path: str, channel: str = "email", purpose: str = "birthday") -> str:
    return f"/v1/unsubscribe?token={token(path, channel, purpose)}"


def post(api: Any, address: str, raw: str = ONE_CLICK, kind: str = URL_ENCODED, **headers: str) -> Any:
    return api("POST", address, raw=raw, Content_Type=kind, **headers)


def agree(api: Any, path: str, *purposes: str, channel: str = "email") -> None:
    for purpose in purposes or ("birthday",):
        body = {"channel": channel, "purpose": purpose, "granted": True, "source": "in_store"}
        assert api.post(f"{path}/consents", body).status == 201


def now(api: Any, path: str, channel: str = "email") -> dict[str, bool]:
    current = api.get(f"{path}/consents").json["current"].get(channel, {})
    return {purpose: said["granted"] for purpose, said in current.items()}


@pytest.fixture
def nobody(people: dict[str, Any]) -> Any:
    return people["anonymous"]


def test_a_look_changes_nothing(sales: Any, nobody: Any) -> None:
    path = made(sales)
    agree(sales, path)
    address = link(path)
    with injected() as watch:
        page = nobody.get(address)
        nobody.get(f"{address}&utm_source=mail&token={token(path)}")
        assert nobody("HEAD", address).status == 405
        assert nobody("OPTIONS", address).status == 204
    assert set(watch.calls) <= READING
    assert page.status == 200
    assert now(sales, path) == {"birthday": True}


def test_what_the_page_is(sales: Any, nobody: Any) -> None:
    path = made(sales, given_name="Zarathustra", emails=[{"address": f"{token('x/cus_' + '0' * 26)[:9]}@z.example"}])
    page = nobody.get(link(path))
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert "Location" not in page.headers
    assert 'lang="en" dir="ltr"' in page.text
    assert "Stop only these: birthday wishes (email)" in page.text
    assert "Stop all messages (email)" in page.text
    assert "Zarathustra" not in page.text
    assert "@" not in page.text.replace("@media", "")
    for forbidden in ("<script", "http:", "https:", "<img", "<link"):
        assert forbidden not in page.text


class _Outline(HTMLParser):
    """What a screen reader walks along."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, _attrs: Any) -> None:
        self.tags.append(tag)


def test_a_screen_reader_finds_its_way(sales: Any, nobody: Any) -> None:
    outline = _Outline()
    outline.feed(nobody.get(link(made(sales))).text)
    assert [tag for tag in outline.tags if tag in ("title", "main", "h1", "form", "button")] == [
        "title",
        "main",
        "h1",
        "form",
        "button",
        "button",
    ]


@pytest.mark.parametrize("language", [*WORDS, "de-AT", "sv"])
def test_the_customers_language(sales: Any, nobody: Any, language: str) -> None:
    path = made(sales, language=language)
    words = WORDS.get(language.partition("-")[0], WORDS["en"])
    page = unescape(nobody.get(link(path, "sms", "care")).text)
    assert f"<h1>{words.title}</h1>" in page
    assert words.purposes[2] in page
    assert words.channels[1] in page
    assert ('dir="rtl"' in page) == (language == "ar")
    assert words.fill(words.only_done, "sms", "care") in unescape(post(nobody, link(path, "sms", "care")).text)


def test_one_click(sales: Any, nobody: Any) -> None:
    path = made(sales)
    agree(sales, path, "birthday", "care")
    done = post(nobody, link(path))
    assert (done.status, done.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Location" not in done.headers
    assert now(sales, path) == {"birthday": False, "care": True}
    said = sales.get(f"{path}/consents").json["items"][0]
    assert (said["source"], said["granted"]) == ("unsubscribe_link", False)
    assert said["recorded_by"] == {"id": "sys_unsubscribe", "name": "Unsubscribe link"}
    entry = timeline(sales, path)[0]
    assert (entry["kind"], entry["actor"]["id"]) == ("consent_withdrawn", "sys_unsubscribe")
    assert entry["summary"] == "Does not want birthday messages by email"


def test_it_leaves_its_audit_entry(sales: Any, nobody: Any, manager: Any) -> None:
    path = made(sales)
    post(nobody, link(path), X_Request_Id="click-1")
    (core,) = cores_of("click-1")
    assert (core["action"], core["actor_id"]) == ("consent.withdraw", "sys_unsubscribe")
    entry = manager.get(f"/v1/audit?entity={path.rsplit('/', 1)[1]}").json["items"][0]
    assert (entry["action"], entry["after"]["source"]) == ("consent.withdraw", "unsubscribe_link")


def test_as_multipart(sales: Any, nobody: Any) -> None:
    path = made(sales)
    agree(sales, path)
    raw = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
    assert post(nobody, link(path), raw, f"{MULTIPART}; boundary=b").status == 200
    assert now(sales, path) == {"birthday": False}


def test_twice_is_once(sales: Any, nobody: Any) -> None:
    path = made(sales)
    first = post(nobody, link(path))
    with injected() as watch:
        second = post(nobody, link(path))
    assert set(watch.calls) <= READING
    assert (first.status, first.text) == (second.status, second.text)
    assert kinds(sales, path) == ["consent_withdrawn", "customer_created"]


def test_all_messages_of_the_channel(sales: Any, nobody: Any) -> None:
    path = made(sales)
    agree(sales, path, "birthday", "promotions")
    agree(sales, path, channel="sms")
    done = post(nobody, link(path), "scope=channel")
    assert "no more messages from us (email)" in done.text
    assert now(sales, path) == dict.fromkeys(PURPOSES, False)
    assert now(sales, path, "sms") == {"birthday": True}
    assert timeline(sales, path)[0]["summary"] == "Does not want any messages by email"


def test_who_changes_their_mind_can_end_it_again(sales: Any, nobody: Any) -> None:
    path = made(sales)
    post(nobody, link(path), "scope=purpose")
    agree(sales, path)
    assert now(sales, path) == {"birthday": True}
    post(nobody, link(path), "scope=purpose")
    assert now(sales, path) == {"birthday": False}


def test_an_archived_customer_too(sales: Any, manager: Any, nobody: Any) -> None:
    path = made(sales)
    agree(sales, path)
    manager.delete(path)
    assert post(nobody, link(path)).status == 200
    manager.post(f"{path}/restore")
    assert now(sales, path) == {"birthday": False}


def test_an_idempotency_key_is_nobodys(sales: Any, nobody: Any) -> None:
    """Two customers' mail programs that happen to send the same key must both be heard."""
    first, second = made(sales), made(sales)
    for path in (first, second):
        agree(sales, path)
        reply = post(nobody, link(path), Idempotency_Key="1")
        assert (reply.status, reply.headers.get("Idempotent-Replayed")) == (200, None)
        assert now(sales, path) == {"birthday": False}


def test_what_a_mail_program_adds_does_no_harm(sales: Any, nobody: Any) -> None:
    path = made(sales)
    agree(sales, path)
    assert post(nobody, f"{link(path)}&utm_source=x&limit=-1", f"{ONE_CLICK}&id=7").status == 200
    assert now(sales, path) == {"birthday": False}


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        ("", URL_ENCODED, 422),
        ("scope=everything", URL_ENCODED, 422),
        ("List-Unsubscribe=Two-Clicks", URL_ENCODED, 422),
        ('{"scope":"channel"}', "application/json", 415),
        (ONE_CLICK, "text/plain", 415),
        (f"{ONE_CLICK}&x={'y' * 20_000}", URL_ENCODED, 413),
        ("\x00&=&&&", URL_ENCODED, 422),
        ("x", MULTIPART, 400),
    ],
)
def test_a_post_that_asks_for_nothing_ends_nothing(sales: Any, nobody: Any, raw: str, kind: str, status: int) -> None:
    path = made(sales)
    agree(sales, path)
    address = link(path)
    with injected() as watch:
        assert post(nobody, address, raw, kind).status == status
    assert set(watch.calls) <= READING
    assert now(sales, path) == {"birthday": True}


def forgeries(path: str, other: str) -> list[str]:
    good, foreign = token(path), token(other)
    return [
        "",
        good[:-1],
        good + "x",
        good[:10] + ("a" if good[10] != "a" else "b") + good[11:],
        good[:2] + foreign[2:28] + good[28:],
        "s" + good[1:],
        good[0] + "c" + good[2:],
        unsubscribe_token(b"another key", path.rsplit("/", 1)[1], "email", "birthday"),
        "x" * 10_240,
        "ключ" * 20,
        "../../etc/passwd",
        "\x00",
        "<script>alert(1)</script>",
    ]


def test_forged_links_learn_and_do_nothing(sales: Any, nobody: Any) -> None:
    path, other = made(sales), made(sales)
    agree(sales, path)
    gone = nobody.get(f"/v1/unsubscribe?token={token(f'x/{NOBODY}')}")
    assert gone.status == 404
    nobody.get("/v1/unsubscribe")  # what is cached is read before the count begins
    for forged in forgeries(path, other):
        address = f"/v1/unsubscribe?token={quote(forged, safe='')}"
        with injected() as watch:
            looked, clicked = nobody.get(address), post(nobody, address)
        assert watch.calls == []
        assert (looked.status, clicked.status) == (404, 404)
        assert looked.text == clicked.text == gone.text
        assert forged[:5] not in looked.text or forged == ""
    assert now(sales, path) == {"birthday": True}


def test_a_customer_who_is_gone_looks_like_a_forged_link(nobody: Any) -> None:
    address = f"/v1/unsubscribe?token={token(f'x/{NOBODY}')}"
    with injected() as watch:
        looked, clicked = nobody.get(address), post(nobody, address)
    assert "TransactWriteItems" not in watch.calls
    assert (looked.status, clicked.status) == (404, 404)
    assert looked.text == clicked.text == nobody.get("/v1/unsubscribe?token=x").text


def test_the_shops_name_is_text(sales: Any, admin: Any, nobody: Any) -> None:
    before = admin.get("/v1/settings").json["shop_name"]
    admin.patch("/v1/settings", {"shop_name": "<b>Rao & Sons</b>"})
    try:
        page = nobody.get(link(made(sales)))
    finally:
        admin.patch("/v1/settings", {"shop_name": before})
    assert "<bdi>&lt;b&gt;Rao &amp; Sons&lt;/b&gt;</bdi>" in page.text
