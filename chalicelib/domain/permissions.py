"""Who may do what: one row for each permission that a route declares."""

ADMIN, MANAGER, SALES, INVENTORY, ANALYST = "admin", "manager", "sales", "inventory", "analyst"
ROLES = (ADMIN, MANAGER, SALES, INVENTORY, ANALYST)
EVERYONE = frozenset(ROLES)
COUNTER = frozenset((ADMIN, MANAGER, SALES))
MANAGEMENT = frozenset((ADMIN, MANAGER))

PERMISSIONS: dict[str, frozenset[str]] = {
    "customers.read": EVERYONE,  # what of a customer each role sees: domain/customers/visible.py
    "customers.write": COUNTER,
    "customers.archive": MANAGEMENT,
    "history.read": COUNTER | {ANALYST},  # timeline and 360 view, without texts for analysts
    "notes.read": COUNTER,
    "notes.write": COUNTER,
    "calls.read": COUNTER,
    "calls.write": COUNTER,
    "inquiries.read": COUNTER,
    "inquiries.write": COUNTER,
    "reminders.read": COUNTER,
    "reminders.write": COUNTER,
    "consents.read": COUNTER | {ANALYST},
    "consents.write": COUNTER,
    "suppressions.read": COUNTER,
    "suppressions.write": MANAGEMENT,
    "contact_findings.read": COUNTER,
    "contact_findings.write": COUNTER,
    "contact_checks.run": MANAGEMENT,
    "devices.read": COUNTER,
    "devices.write": COUNTER,
    "messages.read": COUNTER,  # sales those of their own customers: domain/messages/visible.py
    "messages.send": COUNTER,
    "messages.figures": MANAGEMENT | {ANALYST},
    "templates.read": COUNTER,
    "templates.write": MANAGEMENT,
    "sweeps.read": MANAGEMENT,
    "sweeps.run": MANAGEMENT,
    "today.read": COUNTER,
    "tags.apply": COUNTER,
    "tags.read": EVERYONE,
    "tags.define": MANAGEMENT,
    "duplicates.check": COUNTER,
    "duplicates.review": MANAGEMENT,
    "imports.read": MANAGEMENT,
    "imports.write": MANAGEMENT,
    "imports.restore": frozenset((ADMIN,)),  # all data of a shop, with the ids and dates it had
    "exports.read": MANAGEMENT,
    "exports.write": MANAGEMENT,
    "bulk.read": MANAGEMENT,
    "bulk.write": MANAGEMENT,
    "locations.read": EVERYONE,
    "locations.write": MANAGEMENT,
    "settings.read": EVERYONE,
    "settings.write": MANAGEMENT,
    "me.read": EVERYONE,
    "staff.read": EVERYONE,  # names to choose an assignee from
    "dashboard.read": EVERYONE,
    "users.read": MANAGEMENT,
    "users.write": frozenset((ADMIN,)),
    "audit.read": MANAGEMENT,
}


def allows(permission: str, roles: frozenset[str]) -> bool:
    """Whether any of the roles holds the permission.

    Raises:
        KeyError: the permission has no row, which is a defect of the route that declares it.
    """
    return not PERMISSIONS[permission].isdisjoint(roles)
