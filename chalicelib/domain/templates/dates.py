"""Dates as people read them, in the languages of the built-in templates; other languages get English months."""

from datetime import date

MONTHS: dict[str, tuple[str, ...]] = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio",
        "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
    ),
    "hi": (
        "जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून",
        "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर",
    ),
    "ar": (
        "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
        "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
    ),
}  # fmt: skip
_DAY = {"de": "{day}. {month}", "es": "{day} de {month}"}
_WITH_YEAR = {"es": "{rest} de {year}"}


def day_and_month(month: int, day: int, language: str | None = None) -> str:
    """A day of any year: 15 March."""
    base = _base(language)
    number = "1er" if base == "fr" and day == 1 else str(day)
    return _DAY.get(base, "{day} {month}").format(day=number, month=MONTHS[base][month - 1])


def whole_date(day: date, language: str | None = None) -> str:
    """A day with its year: 15 March 2027."""
    rest = day_and_month(day.month, day.day, language)
    return _WITH_YEAR.get(_base(language), "{rest} {year}").format(rest=rest, year=day.year)


def _base(language: str | None) -> str:
    base = (language or "en").partition("-")[0].lower()
    return base if base in MONTHS else "en"
