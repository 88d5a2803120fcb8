"""Words with which a text asks for an end, or takes that back.

Those of AWS are the keywords that AWS End User Messaging must honour (its user guide, "Required opt-out list
keywords", and "Opting out" for START and UNSTOP); the others say the same in the languages of the built-in templates.
A word counts when it is the whole message: "Stop by on Saturday?" asks for nothing of the kind.
"""

from typing import Literal

from chalicelib.domain.text import folded_key

_OF_AWS = ("arret", "cancel", "end", "opt-out", "optout", "quit", "remove", "stop", "td", "unsubscribe")
_OTHERS = {
    "en": ("stopall", "stop all", "stop it", "stop please", "please stop"),
    "de": ("stopp", "abmelden", "abbestellen", "beenden"),
    "fr": ("arrêter", "arrêtez", "désabonner", "désinscrire", "se désinscrire"),
    "es": ("alto", "baja", "cancelar", "darse de baja", "parar"),
    "hi": ("बंद", "बंद करें", "बंद करो", "रोकें", "रोको"),
    "ar": ("توقف", "إيقاف", "أوقف", "قف", "إلغاء", "إلغاء الاشتراك"),
}
STOPS = frozenset(folded_key(word) for word in (*_OF_AWS, *(word for words in _OTHERS.values() for word in words)))
STARTS = frozenset(("start", "unstop"))


def keyword(text: str) -> Literal["stop", "start"] | None:
    """What the text asks for, whatever its case, accents and punctuation."""
    said = folded_key(text)
    if said in STOPS:
        return "stop"
    return "start" if said in STARTS else None
