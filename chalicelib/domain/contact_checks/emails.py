"""Typing errors in the domains of email addresses: what was probably meant."""

# The providers where most customers have their address. One letter wrong, missing, too many, or two swapped is a typing
# error; what is a provider of its own stands below.
MEANT = ("gmail.com", "googlemail.com", "hotmail.com", "icloud.com", "outlook.com", "rediffmail.com", "yahoo.com")
PROVIDERS = frozenset(
    ("email.com", "fmail.com", "hmail.com", "jmail.com", "mail.com", "tmail.com", "ymail.com", "zmail.com", "qmail.com")
)
KNOWN = {
    "gmail.co.in": "gmail.com",
    "gmail.in": "gmail.com",
    "gmaill.co": "gmail.com",
    "gmal.co": "gmail.com",
    "hotmial.com": "hotmail.com",
    "rediff.mail": "rediffmail.com",
    "yahoo.con.in": "yahoo.co.in",
    "yaho.co.in": "yahoo.co.in",
    "yahooo.co.in": "yahoo.co.in",
    "yahoo.co.i": "yahoo.co.in",
    "hotmail.co.ku": "hotmail.co.uk",
}
ENDINGS = {".comm": ".com", ".con": ".com", ".cpm": ".com", ".ocm": ".com", ".cmo": ".com", ".vom": ".com"}


def meant(address: str) -> str | None:
    """The address that was probably meant; None when nothing speaks for a typing error."""
    mailbox, _, domain = address.rpartition("@")
    lower = domain.casefold()
    found = KNOWN.get(lower) or _ending(lower) or _neighbour(lower)
    return f"{mailbox}@{found}" if found and mailbox else None


def _ending(domain: str) -> str | None:
    for wrong, right in ENDINGS.items():
        if domain.endswith(wrong):
            return domain.removesuffix(wrong) + right
    return None


def _neighbour(domain: str) -> str | None:
    if domain in PROVIDERS or domain in MEANT:
        return None
    return next((right for right in MEANT if one_apart(domain, right)), None)


def one_apart(typed: str, right: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes one text of the other."""
    start = 0
    while start < min(len(typed), len(right)) and typed[start] == right[start]:
        start += 1
    left, other = typed[start:], right[start:]
    if not left and not other:
        return False
    swapped = len(left) > 1 and left[1] + left[0] == other[:2] and left[2:] == other[2:]
    return swapped or left[1:] == other[1:] or left[1:] == other or left == other[1:]
