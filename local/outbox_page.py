"""The page that shows what left: plain HTML, everything in it escaped, the body of a mail in a frame of its own."""

from __future__ import annotations

from html import escape
from typing import Any

_STYLE = """
body { font: 16px/1.4 sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
article { border: 1px solid #999; border-radius: .3rem; margin: 1rem 0; padding: 0 1rem 1rem; }
h2 { font-size: 1.1rem; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; } pre { background: #f4f4f4; padding: .5rem; white-space: pre-wrap; }
iframe { background: #fff; border: 1px solid #ccc; height: 20rem; width: 100%; }
"""
_NAMES = {"email": "Mail", "sms": "Text", "push": "Push notification"}


def page(items: list[dict[str, Any]]) -> str:
    """The whole page, for what left as the outbox lists it."""
    shown = "".join(map(_message, items)) or "<p>Nothing has left yet.</p>"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Outbox</title>'
        f"<style>{_STYLE}</style></head><body><h1>Outbox</h1>"
        "<p>What Facet sent on this machine, the newest first. Nothing of it reached anybody.</p>"
        f"{shown}</body></html>"
    )


def _message(item: dict[str, Any]) -> str:
    title = item["subject"] or item["text"][:60] or "(empty)"
    facts = {"To": item["to"], "From": item["from"], "At": item["at"], "Message": item["message_id"] or "none"}
    return (
        f"<article><h2>{_NAMES[item['channel']]}: {escape(title)}</h2>{_list(facts)}"
        f"<details><summary>Headers</summary>{_list(item['headers'])}</details>"
        f"<pre>{escape(item['text'])}</pre>{_frame(item['html'])}</article>"
    )


def _list(facts: dict[str, str]) -> str:
    return (
        "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items()) + "</dl>"
    )


def _frame(html: str) -> str:
    """The HTML part, in a frame where no script runs, no form is sent and no window opens."""
    return f'<iframe sandbox="" title="HTML part" srcdoc="{escape(html)}"></iframe>' if html else ""
