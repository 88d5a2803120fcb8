"""The Edge (Abbott Jewelry Systems), the till of many jewellers in North America.

Its lists are exported with the names that the General tab of a customer's record shows, its data transfer to
websites (EDT, CustomerList) with names that begin with Customer, Address, Phone and Email. The year of a birthday and
an anniversary is not required there, and American dates are written month first.
"""

from chalicelib.domain.imports.templates.template import Template

TEMPLATE = Template(
    name="the_edge",
    title="The Edge: customer list or CustomerList of the data transfer",
    columns={
        "external_id": ("CustomerKey", "ID #", "Customer #", "Customer ID", "Customerid"),
        "title": ("CustomerTitle", "Title"),
        "given_name": ("CustomerFirstName", "First", "First Name"),
        "family_name": ("CustomerLastName", "Last", "Last Name"),
        "nickname": ("CustomerNickname", "Nickname"),
        "company": ("CustomerCompany", "Company"),
        "gender": ("CustomerGender", "Gender"),
        "birthday": ("CustomerBirthDate", "Birthday"),
        "anniversary": ("CustomerWeddingAnniv", "Anniv", "Anniversary"),
        "email": ("EmailEmail", "Email"),
        "phone": ("PhonePhone", "Phone", "Cell"),
        "phone_label": ("PhoneType",),
        "home_line1": ("AddressStreet", "Street", "Address"),
        "home_line2": ("AddressStreet2", "Street2", "Address 2"),
        "home_city": ("AddressCity", "City"),
        "home_region": ("AddressState", "State"),
        "home_postal_code": ("AddressZip", "Zip"),
        "home_country": ("AddressCountry", "Country"),
        "consents.email.promotions": ("EmailSendPromo",),
    },
    signature=(
        ("CustomerFirstName", "First", "First Name"),
        ("CustomerLastName", "Last", "Last Name"),
        ("PhonePhone", "EmailEmail", "Phone", "Email", "Cell"),
    ),
    telling=(("CustomerKey", "ID #", "Customer #"), ("CustomerFirstName", "First"), ("CustomerLastName", "Last")),
    extras={"birthday": {"date_format": "MDY"}, "anniversary": {"date_format": "MDY"}},
)
