"""Square, Customers > Directory > Export.

Birthdays are written year first, those without a year month first. The subscription status is Subscribed,
Unsubscribed or Unknown, and Unknown says nothing.
"""

from chalicelib.domain.imports.templates.template import Template

TEMPLATE = Template(
    name="square",
    title="Square: Customer Directory, Export",
    columns={
        "external_id": ("Square Customer ID", "Reference ID"),
        "given_name": ("First Name",),
        "family_name": ("Last Name", "Surname"),
        "nickname": ("Nickname",),
        "company": ("Company Name",),
        "email": ("Email Address",),
        "phone": ("Phone Number",),
        "birthday": ("Birthday",),
        "home_line1": ("Street Address 1",),
        "home_line2": ("Street Address 2",),
        "home_city": ("City",),
        "home_region": ("State",),
        "home_postal_code": ("Postal Code",),
        "consents.email.promotions": ("Email Subscription Status",),
    },
    signature=(("First Name",), ("Last Name", "Surname"), ("Email Address",), ("Phone Number",)),
    telling=(("Square Customer ID", "Reference ID"), ("Email Address",), ("Creation Source", "Lifetime Spend")),
    extras={"birthday": {"date_format": "YMD"}},
)
