"""Shopify, Customers > Export.

Two generations of the file are about: in the newer one the columns of the address begin with `Default Address`, and
there is a `Customer ID`. The column for WhatsApp is there in shops that collect that consent. Phones, post codes and
ids begin with an apostrophe. Tags are divided by commas.
"""

from chalicelib.domain.imports.templates.template import Template

TEMPLATE = Template(
    name="shopify",
    title="Shopify: Customers, Export",
    columns={
        "external_id": ("Customer ID",),
        "given_name": ("First Name",),
        "family_name": ("Last Name",),
        "email": ("Email",),
        "phone": ("Phone",),
        "phone_2": ("Default Address Phone",),
        "company": ("Default Address Company", "Company"),
        "home_line1": ("Default Address Address1", "Address1"),
        "home_line2": ("Default Address Address2", "Address2"),
        "home_city": ("Default Address City", "City"),
        "home_region": ("Default Address Province Code", "Province Code", "Province"),
        "home_postal_code": ("Default Address Zip", "Zip"),
        "home_country": ("Default Address Country Code", "Country Code", "Country"),
        "tags": ("Tags",),
        "consents.email.promotions": ("Accepts Email Marketing", "Accepts Marketing"),
        "consents.sms.promotions": ("Accepts SMS Marketing",),
        "consents.whatsapp.promotions": ("Accepts WhatsApp Marketing",),
    },
    signature=(("First Name",), ("Last Name",), ("Email",)),
    telling=(("Accepts Email Marketing", "Accepts Marketing"), ("Total Spent",), ("Total Orders",)),
    extras={"tags": {"separator": ","}},
)
