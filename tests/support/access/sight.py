"""Who may ever see what stands in which field, whatever route shows it.

A text that people write is for those at the counter. What others see as well, or what not even all of those see, is
said here, by the name of the body's model and the field within it: so a new field is seen by nobody else unless
somebody has decided it.
"""

from collections.abc import Mapping

from chalicelib.domain.permissions import ANALYST, COUNTER, EVERYONE, INVENTORY, MANAGEMENT, SALES

Sight = frozenset[str]
RAVI = "ravi"  # sells, too, and has customers of his own
AT_THE_COUNTER: Sight = COUNTER | {RAVI}
ALL: Sight = EVERYONE | {RAVI}
WITHOUT_CONTACT: Sight = AT_THE_COUNTER | {ANALYST}
NAME_AND_PHONE: Sight = AT_THE_COUNTER | {ANALYST, INVENTORY}
TO_CALL: Sight = AT_THE_COUNTER | {INVENTORY}
MANAGERS: Sight = MANAGEMENT
HIS: Sight = MANAGEMENT | {RAVI}
NOBODY: Sight = frozenset()

CUSTOMER: Mapping[str, Sight] = {
    "/title": NAME_AND_PHONE,
    "/given_name": NAME_AND_PHONE,
    "/family_name": NAME_AND_PHONE,
    "/nickname": NAME_AND_PHONE,
    "/company": NAME_AND_PHONE,
    "/phones/[]/number": TO_CALL,
    "/phones/[]/label": TO_CALL,
    "/important_dates/[]/label": WITHOUT_CONTACT,
    "/gender": WITHOUT_CONTACT,
    "/occupation": WITHOUT_CONTACT,
    "/addresses/[]/city": WITHOUT_CONTACT,
    "/addresses/[]/region": WITHOUT_CONTACT,
    "/tags/[]": ALL,  # as those of the shop; of the customer's, inventory sees none
}
OTHERS: Mapping[str, Sight] = {
    "NewConsent/wording_version": WITHOUT_CONTACT,
    "NewDevice/token": NOBODY,
    "NewLocation/name": ALL,
    "NewLocation/city": ALL,
    "NewLocation/sender_email": ALL,
    "NewLocation/sender_name": ALL,
    "NewInquiry/product_ids/[]": WITHOUT_CONTACT,
    "SettingsFields/shop_name": ALL,
    "SettingsFields/communication/sms_sender_id": ALL,
    "SettingsFields/communication/dlt_entity_id": ALL,
    "NewBulk/action/tags/[]": ALL,
    "TagNames/tags/[]": ALL,
    "everyone tag/name": ALL,
    "everyone tag/icon": ALL,
    "everyone tag/meaning": ALL,
    "managers tag/name": MANAGERS,
    "managers tag/icon": MANAGERS,
    "managers tag/meaning": MANAGERS,
    "hidden tag/name": MANAGERS,
    "hidden tag/icon": MANAGERS,
    "hidden tag/meaning": MANAGERS,
    "NewUser/name": ALL,
    "NewUser/email": MANAGERS,
    "UserFields/name": ALL,
    "a refused row of an import": MANAGERS,
    "a row of an import": NAME_AND_PHONE,
    "a colleague's message out/subject": HIS,
    "a colleague's message out/text": HIS,
    "a colleague's message in/subject": HIS,
    "a colleague's message in/text": HIS,
}
# Plain facts, which events carry to other systems; of tags those that everybody sees.
TOLD = frozenset(("NewConsent/wording_version", "NewInquiry/product_ids/[]", "TagNames/tags/[]", "everyone tag/name"))
# Fields whose texts have a form of their own, in which no marker fits.
FORMS = frozenset(
    (
        *("anniversary", "at", "birthday", "colour", "columns", "consent", "country", "currency", "date", "delimiter"),
        *("default_country", "dlt_template_id", "due_at", "e164", "from", "language", "languages", "normalized"),
        *("send_at", "template", "time_zone", "to"),
        *("created_after", "created_before", "updated_after", "updated_before"),
        *("last_contact_after", "last_contact_before"),
        *("mapping", "column", "separator", "values"),  # of an import: names of its own columns
    )
)
SAME = {"LocationFields": "NewLocation", "TagFields": "everyone tag"}
CUSTOMERS = ("NewCustomer", "CustomerPatch")


def may_see(origin: str) -> Sight:
    """Who may see what was planted in a field, such as NoteFields/text."""
    model, _, rest = origin.partition("/")
    if model in CUSTOMERS:
        return CUSTOMER.get(f"/{rest}", AT_THE_COUNTER)
    return OTHERS.get(f"{SAME.get(model, model)}/{rest}" if rest else model, AT_THE_COUNTER)


def wider(origin: str) -> Sight:
    """Those who see it though they do not stand at the counter."""
    return may_see(origin) - AT_THE_COUNTER - {SALES}
