"""What stands under a message that nobody is owed: how to get no more of them, in the customer's language."""

import html
from collections.abc import Sequence

from chalicelib.domain.messages.model import Content

# Why it came, and how to end it: for mails; then for texts, where the keyword STOP is the same everywhere.
WORDS = {
    "en": ("You receive this because you agreed to it.", "Unsubscribe", "Reply STOP to end"),
    "de": ("Sie erhalten dies, weil Sie zugestimmt haben.", "Abmelden", "Abmelden: STOP antworten"),
    "fr": ("Vous recevez ce message parce que vous l'avez accepté.", "Se désinscrire", "Répondez STOP pour arrêter"),
    "es": ("Recibe este mensaje porque lo aceptó.", "Darse de baja", "Responda STOP para terminar"),
    "hi": ("यह संदेश आपकी सहमति से भेजा गया है।", "सदस्यता समाप्त करें", "बंद करने के लिए STOP लिखें"),
    "ar": ("تصلك هذه الرسالة لأنك وافقت عليها.", "إلغاء الاشتراك", "أرسل STOP للإيقاف"),
}
FALLBACK = "en"
RIGHT_TO_LEFT = frozenset(("ar",))


def language_of(wanted: Sequence[str]) -> str:
    """The first of the languages, or of their bases, that the footers speak."""
    bases = (language.partition("-")[0].lower() for language in wanted)
    return next((language for language in bases if language in WORDS), FALLBACK)


def under_mail(content: Content, url: str, shop_name: str, language: str) -> Content:
    """The mail with the link that ends messages of its kind, in its text and in its HTML."""
    why, unsubscribe, _ = WORDS[language]
    text = f"{content.text.rstrip()}\n\n-- \n{shop_name}\n{why}\n{unsubscribe}: {url}\n"
    if content.html is None:
        return Content(content.subject, text)
    # SES counts clicks by sending people over a server of its own; who wants to leave is not sent around.
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    lines = (
        f'<p lang="{language}" dir="{direction}" style="font-size:12px;color:#555">{html.escape(shop_name)}<br>'
        f'{html.escape(why)}<br><a href="{html.escape(url)}" ses:no-track>{html.escape(unsubscribe)}</a></p>'
    )
    return Content(content.subject, text, _before_the_end(content.html, lines))


def under_text(content: Content, language: str) -> Content:
    """The text with the keyword that ends them."""
    return Content(content.subject, f"{content.text.rstrip()}\n{WORDS[language][2]}")


def _before_the_end(page: str, lines: str) -> str:
    """Inside of the body, where the page names one."""
    end = page.lower().rfind("</body>")
    return f"{page}\n{lines}" if end < 0 else f"{page[:end]}{lines}\n{page[end:]}"
