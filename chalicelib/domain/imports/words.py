"""Words that cells use, in the languages of shops, folded (domain/text.py)."""

from functools import cache
from importlib.resources import files

from chalicelib.domain.countries import COUNTRIES
from chalicelib.domain.imports.country_words import ALIASES, ALPHA_3
from chalicelib.domain.text import folded_key


def _folded(text: str) -> frozenset[str]:
    return frozenset(folded_key(word) for word in text.split("|"))


# English, German, French, Spanish, Italian, Portuguese, Dutch, Turkish, Hindi in both scripts, and what programs write.
YES = _folded(
    "yes|y|true|t|1|x|✓|on|agreed|granted|opted in|opt in|subscribed|accepted|ja|j|wahr|einverstanden|abonniert|oui|o|"
    "vrai|abonné|sí|s|verdadero|suscrito|sì|vero|iscritto|sim|verdadeiro|inscrito|waar|evet|haan|han|ha|हाँ|हां|wahr"
) - {""} | {"✓", "✔", "☑"}
NO = _folded(
    "no|n|false|f|0|off|none|declined|refused|opted out|opt out|unsubscribed|not subscribed|nein|falsch|abgemeldet|non|"
    "faux|désabonné|falso|no suscrito|non iscritto|não|nao|nee|onwaar|hayır|nahi|nahin|नहीं"
)
NOT_SAID = _folded("unknown|n a|na|null|nil|unbekannt|inconnu|desconocido|sconosciuto|desconhecido|onbekend") | {
    "-",
    "–",
    "—",
    "?",
}
LANGUAGES = {
    folded_key(name): code
    for code, names in {
        "ar": "arabic|arabisch|arabe|árabe|arabo|العربية",
        "bn": "bengali|bangla|বাংলা",
        "bg": "bulgarian|български",
        "cs": "czech|čeština|tschechisch",
        "da": "danish|dansk|dänisch",
        "de": "german|deutsch|allemand|alemán|tedesco|alemão|duits|almanca|german deutsch",
        "el": "greek|ελληνικά|griechisch",
        "en": "english|englisch|anglais|inglés|inglese|inglês|engels|ingilizce|angrezi|english us|english uk",
        "es": "spanish|spanisch|espagnol|español|castellano|spagnolo|espanhol|spaans|spanish español",
        "et": "estonian|eesti",
        "fa": "persian|farsi|فارسی",
        "fi": "finnish|suomi|finnisch",
        "fr": "french|französisch|français|francés|francese|francês|frans|fransızca|french français",
        "gu": "gujarati|ગુજરાતી",
        "he": "hebrew|עברית|hebräisch",
        "hi": "hindi|हिन्दी|हिंदी",
        "hr": "croatian|hrvatski|kroatisch",
        "hu": "hungarian|magyar|ungarisch",
        "id": "indonesian|bahasa indonesia",
        "it": "italian|italienisch|italien|italiano|italiaans|italyanca",
        "ja": "japanese|日本語|japanisch",
        "kn": "kannada|ಕನ್ನಡ",
        "ko": "korean|한국어|koreanisch",
        "lt": "lithuanian|lietuvių",
        "lv": "latvian|latviešu",
        "ml": "malayalam|മലയാളം",
        "mr": "marathi|मराठी",
        "nl": "dutch|nederlands|niederländisch|néerlandais|neerlandés|olandese",
        "no": "norwegian|norsk|norwegisch",
        "pa": "punjabi|panjabi|ਪੰਜਾਬੀ",
        "pl": "polish|polski|polnisch",
        "pt": "portuguese|portugiesisch|portugais|portugués|portoghese|português|portugees",
        "ro": "romanian|română|rumänisch",
        "ru": "russian|русский|russisch|russe|ruso|russo",
        "sk": "slovak|slovenčina",
        "sl": "slovenian|slovenščina",
        "sr": "serbian|srpski",
        "sv": "swedish|svenska|schwedisch",
        "ta": "tamil|தமிழ்",
        "te": "telugu|తెలుగు",
        "th": "thai|ไทย",
        "tr": "turkish|türkçe|türkisch|turc|turco",
        "uk": "ukrainian|українська",
        "ur": "urdu|اردو",
        "vi": "vietnamese|tiếng việt",
        "zh": "chinese|中文|chinesisch|chinois|chino|cinese|mandarin",
    }.items()
    for name in names.split("|")
}
WAYS = {
    folded_key(name): channel
    for channel, names in {
        "email": "email|e-mail|mail|courriel|correo|correo electrónico|posta elettronica",
        "sms": "sms|text|text message|texto|messaggio|kurznachricht",
        "whatsapp": "whatsapp|whats app|wa",
        "push": "push|app|push notification",
        "call": "call|phone|telephone|telefon|téléphone|teléfono|telefono|anruf|appel|llamada|chiamata|phone call",
    }.items()
    for name in names.split("|")
}


@cache
def country_codes() -> dict[str, str]:
    """ISO 3166-1 alpha-2 by itself and by alpha-3."""
    return {code: code for code in COUNTRIES} | ALPHA_3


@cache
def country_names() -> dict[str, str]:
    """Alpha-2 codes by folded name: the English names of the time zone database, and what people say besides."""
    lines = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8").splitlines()
    known = dict(line.split("\t")[:2] for line in lines if line and not line.startswith("#"))
    english = {folded_key(name): code for code, name in known.items() if code in COUNTRIES}
    return english | {folded_key(name): code for code, names in ALIASES.items() for name in names.split("|")}
