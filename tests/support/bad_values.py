"""Values that a careless or hostile client sends, by the type of the field that takes them, each under a name.

Which of them go to which field: tests/support/bad_choices.py.
"""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Value:
    """A value as it stands in a body; `token` is written as it is, for what is no JSON, or not what Python writes."""

    name: str
    value: Any = None
    token: str | None = None

    @property
    def text(self) -> str:
        """The value in JSON, or what pretends to be."""
        return self.token if self.token is not None else json.dumps(self.value)


def named(table: dict[str, Any]) -> tuple[Value, ...]:
    """The values of a table, under their names."""
    return tuple(Value(name, value) for name, value in table.items())


# What each JSON type is taken for by mistake: numbers typed as texts, flags as 1, single values for lists.
OF_TYPE = {
    "string": named({"a string": "text", "a string of digits": "1", "the string true": "true", "an empty string": ""}),
    "integer": (*named({"a number": 7, "nought": 0}), Value("a whole float", token="1.0")),
    "number": (Value("a fraction", token="1.5"), Value("a float", token="1e2")),
    "boolean": named({"true": True, "false": False}),
    "array": named({"a list": [], "a list of a list": [[]], "a list of one string": ["text"]}),
    "object": named({"an object": {}, "an object of something": {"a": "b"}}),
}
NULL = Value("null", None)
NO_NUMBERS = (  # what parsers of other languages write or take, and JSON has not; or what no number of ours can hold
    *(Value(f"the token {token}", token=token) for token in ("NaN", "Infinity", "-Infinity", "1e400", "-1e400")),
    Value("a number of 50 digits", token="9" * 50),
)
NUMBERS = named({"2 to the 63rd": 2**63, "minus 2 to the 63rd": -(2**63) - 1, "39 digits": 10**39 - 1})
CONTROLS = named(
    {
        "a NUL": "a\x00b",  # ends texts in C
        "a control character": "a\x07b",
        "a separator of keys": "a\x1fb",  # DynamoDB keys and CSV dialects put parts together with it
        "an escape sequence": "\x1b[31mred",  # repaints the terminal of whoever reads a log
        "a delete": "a\x7fb",
        "a control character above ASCII": "a\x85b",  # a line break to some programs
        "a bidi override": "a\u202egpj.exe",  # shows another order than it is stored in
        "a bidi isolate": "\u2067a\u2069",
        "a left-to-right mark": "a\u200eb",
        "half a surrogate pair": "a\ud83d",  # no text at all, and no store takes it
        "the other half": "\ude00a",
        "surrogates in the wrong order": "\ude00\ud83d",
    }
)
BLANKS = named(
    {
        "a space": " ",
        "spaces": "   ",
        "a no-break space": "\u00a0",
        "an ideographic space": "\u3000",
        "zero-width spaces": "\u200b\u200b",
        "a byte-order mark": "\ufeff",
        "a word joiner": "\u2060",
        "a filler letter": "\u3164",  # a letter without a shape, beloved by those who want no name
    }
)
BREAKS = named(
    {
        "a line break": "a\nb",
        "a header of its own": "a\r\nBcc: all@example.com",
        "a tab": "a\tb",
        "a line separator": "a\u2028b",  # word processors leave them behind; no header of a mail can hold one
        "a paragraph separator": "a\u2029b",
    }
)
# Good values of any free text: stored as they are, and inert wherever they are shown.
HOSTILE = named(
    {
        "markup": "<script>alert(1)</script>",
        "an attribute": '" onmouseover="alert(1)',
        "a template": "{{ first_name }} {% include 'x' %} ${7*7} #{7*7}",
        "SQL": "'; DROP TABLE customers; --",
        "a formula": '=HYPERLINK("http://evil.example","x")',
        "a formula with a plus": "+1+cmd|' /C calc'!A0",
        "an at sign": "@SUM(A1:A9)",
        "separators of keys": "a#b|c/d%1fe",
        "a path": "../../etc/passwd",
        "a percent escape": "%00%0d%0a",
        "a backslash": "a\\u0000b\\",
        "a format string": "%s%n {0.__class__}",
        "a Cyrillic a": "\u0430pple",
        "joined emoji": "👩‍👩‍👧‍👦",
        "a persian name": "می‌خواهم",  # needs its zero-width non-joiner
        "decomposed accents": "Zoe\u0308",
        "full width": "\uff1cscript\uff1e",
        "a private use letter": "\ue000",
        "no character": "\ufffe\uffff",
        "a number too long for a float": "9007199254740993",
    }
)
DATES = named(
    {
        "30 February": "2026-02-30",
        "29 February of a common year": "2026-02-29",
        "29 February of 1900": "1900-02-29",
        "day nought": "0000-00-00",
        "month 13": "2026-13-01",
        "31 April": "2026-04-31",
        "year 0": "0000-01-01",
        "year 10000": "10000-01-01",
        "a year of two digits": "26-01-01",
        "no zeros": "2026-1-1",
        "slashes": "15/03/1990",
        "Arabic digits": "١٩٩٠-٠٣-١٥",
        "an instant": "1990-03-15T00:00:00Z",
        "a week": "2026-W10-1",
        "a day of the year": "2026-074",
        "without dashes": "19900315",
        "a date and a space": "1990-03-15 ",
        "a date and a line break": "1990-03-15\n",
        "a word": "tomorrow",
        "nothing": "",
        "a number of days": "45000",
    }
)
YEARLESS = named(
    {
        "30 February without a year": "--02-30",
        "month 13 without a year": "--13-01",
        "one dash": "-03-15",
        "three dashes": "---15",
        "no leading dashes": "03-15",
    }
)
INSTANTS = named(
    {
        "no zone": "2027-03-08T10:00:00",
        "a date": "2027-03-08",
        "30 February, noon": "2027-02-30T12:00:00Z",
        "24 o'clock": "2027-03-08T24:30:00Z",
        "a minute of 60": "2027-03-08T10:60:00Z",
        "a second of 61": "2027-03-08T10:00:61Z",
        "a space": "2027-03-08 10:00:00Z",
        "a small letter": "2027-03-08t10:00:00z",
        "a zone by name": "2027-03-08T10:00:00[Asia/Kolkata]",
        "a zone of 25 hours": "2027-03-08T10:00:00+25:00",
        "a zone without a colon": "2027-03-08T10:00:00+0530",
        "year 10000": "10000-01-01T00:00:00Z",
        "before the year 1": "0001-01-01T00:00:00+14:00",
        "after the year 9999": "9999-12-31T23:59:59-14:00",
        "epoch seconds": "1770000000",
        "nanoseconds": "2027-03-08T10:00:00.123456789Z",
        "in words": "next Monday",
        "a line break at its end": "2027-03-08T10:00:00Z\n",
        "Arabic digits": "٢٠٢٧-٠٣-٠٨T١٠:٠٠:٠٠Z",
    }
)
COUNTRIES = named({"a country that is none": "XX", "small letters": "in", "three letters": "IND", "a name": "India"})
ZONES = named(
    {
        "a zone that is none": "Mars/Olympus_Mons",
        "a path": "../../etc/passwd",
        "an absolute path": "/etc/passwd",
        "a folder": "Asia",
        "an abbreviation of no zone": "IST+5:30",
        "an offset": "+05:30",
        "this machine's": "localtime",
        "a zone with leap seconds": "right/Asia/Kolkata",
        "a placeholder": "Factory",
        "a separator": "Asia\\Kolkata",
        "a list of zones": "tzdata.zi",
    }
)
CURRENCIES = named({"a currency that is none": "XXZ", "small letters": "inr", "a sign": "₹", "a former one": "DEM"})
PHONES = named(
    {
        "too short a number": "+911",
        "letters": "+91 CALL ME",
        "a spreadsheet's number": "9.19877E+11",
        "two numbers": "+919810000001, +919810000002",
        "too long a number": "+91" + "9" * 30,
        "only a plus": "+",
        "no country of this code": "+999 12345678",
        "a word": "unknown",
    }
)
EMAILS = named(
    {
        "two at signs": "a@b@example.com",
        "no at sign": "asha.example.com",
        "no domain": "asha@",
        "no name": "@example.com",
        "a header of its own": "asha@example.com\r\nBcc: all@example.com",
        "two addresses": "a@example.com,b@example.com",
        "a name around it": "Asha <asha@example.com>",
        "over 254 characters": "a" * 60 + "@" + ".".join(["b" * 60] * 3) + ".examples.com",
        "over 64 before the at sign": "a" * 65 + "@example.com",
        "two dots": "a..b@example.com",
        "a space": "as ha@example.com",
        "no dot in the domain": "asha@localhost",
        "an underscore in the domain": "asha@exa_mple.com",
        "a number for a domain": "asha@192.0.2.1",
        "a domain in brackets": "asha@[192.0.2.1]",
        "quotes": '"as ha"@example.com',
        "a script": "<script>@example.com",
    }
)
BY_FORMAT = {
    "date": DATES,
    "birthday": (*DATES, *YEARLESS),
    "date-time": INSTANTS,
    "country": COUNTRIES,
    "time-zone": ZONES,
    "currency": CURRENCIES,
    "phone": PHONES,
    "email": EMAILS,
}
BY_PATTERN = named({"a pattern's stranger": "€ 1", "nothing": "", "a good beginning": "en\n"})
