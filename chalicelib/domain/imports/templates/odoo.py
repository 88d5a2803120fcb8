"""Odoo, Contacts > list > Action > Export.

The header has the labels of the fields, or their technical names when the export is made to be imported again. A
contact has one name; whether it is a person's stands in `Is a Company` or `Company Type`. `Mobile` went with version
19, `Title` too. Tags are divided by commas.
"""

from chalicelib.domain.imports.templates.template import Template

TEMPLATE = Template(
    name="odoo",
    title="Odoo: Contacts, Export",
    columns={
        "external_id": ("External ID", "ID", "id", "Reference", "ref"),
        "full_name": ("Name", "Display Name", "display_name", "Complete Name", "complete_name"),
        "is_company": ("Is a Company", "is_company", "Company Type", "company_type"),
        "title": ("Title", "title"),
        "company": ("Company Name", "company_name", "Related Company", "parent_id", "parent_id/name"),
        "occupation": ("Job Position", "function"),
        "email": ("Email",),
        "phone": ("Phone",),
        "phone_2": ("Mobile",),
        "home_line1": ("Street",),
        "home_line2": ("Street2",),
        "home_city": ("City",),
        "home_region": ("State", "state_id", "State/State Name", "state_id/name"),
        "home_postal_code": ("Zip",),
        "home_country": ("Country Code", "Country", "country_id", "Country/Country Name", "country_id/name"),
        "language": ("Language", "lang"),
        "time_zone": ("Timezone", "tz"),
        "tags": ("Tags", "category_id"),
    },
    signature=(("Name", "Display Name", "Complete Name", "complete_name"), ("Email", "Phone", "Mobile")),
    telling=(
        ("Name", "Display Name", "Complete Name", "complete_name"),
        ("Street2",),
        ("Is a Company", "is_company", "Company Type", "Salesperson", "Related Company", "parent_id", "External ID"),
    ),
    extras={
        "tags": {"separator": ","},
        "is_company": {
            "values": {"Company": "yes", "Individual": "no", "company": "yes", "person": "no", "Person": "no"}
        },
    },
)
