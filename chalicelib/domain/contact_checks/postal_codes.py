"""What postal codes look like, by country. A country that is not here has none, or several forms: nothing is said.

Sources: the Universal Postal Union's addressing pages of each country.
"""

import re

_DIGITS = {
    4: ("AT", "AU", "BE", "CH", "DK", "HU", "LU", "NO", "NZ", "PH", "SI", "ZA"),
    5: ("DE", "ES", "FI", "FR", "HR", "IT", "KR", "LK", "MX", "MY", "NP", "SA", "TH", "TR", "UA"),
    6: ("CN", "RO", "RU", "SG", "VN"),
}
_FORMS = {
    "BR": r"\d{5}-?\d{3}",
    "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d",
    "CZ": r"\d{3} ?\d{2}",
    "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "GR": r"\d{3} ?\d{2}",
    "IE": r"[A-Z]\d[\dW] ?[A-Z\d]{4}",
    "IN": r"[1-9]\d{2} ?\d{3}",
    "JP": r"\d{3}-?\d{4}",
    "NL": r"[1-9]\d{3} ?[A-Z]{2}",
    "PL": r"\d{2}-\d{3}",
    "PT": r"\d{4}-\d{3}",
    "SE": r"\d{3} ?\d{2}",
    "SK": r"\d{3} ?\d{2}",
    "US": r"\d{5}(-\d{4})?",
    **{country: rf"\d{{{length}}}" for length, countries in _DIGITS.items() for country in countries},
}
# What people write before the code: D-80331, CH 8001.
_PREFIX = re.compile(r"^[A-Z]{1,2}[- ](?=\d)")


def fits(code: str, country: str) -> bool:
    """Whether the code can be one of this country, as far as its form says."""
    form = _FORMS.get(country)
    plain = " ".join(code.upper().split())
    return form is None or any(re.fullmatch(form, each, re.ASCII) for each in (plain, _PREFIX.sub("", plain)))
