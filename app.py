"""Facet: the Chalice app. Routes live in chalicelib/handlers; every other trigger is one line here."""

from typing import Any

from chalicelib.handlers import (
    audit,
    audit_seals,
    birthdays,
    bulk,
    calls,
    consents,
    contact_checks,
    contact_findings,
    customers,
    dashboard,
    devices,
    docs,
    duplicates,
    exports,
    health,
    import_mappings,
    inquiries,
    jobs_worker,
    locations,
    message_log,
    messages,
    notes,
    overview,
    relay,
    reminders,
    sender,
    settings,
    staff,
    suppressions,
    sweeps,
    sweeps_schedule,
    tags,
    templates,
    timeline,
    today,
    undo,
    unsubscribe,
    users,
    worker,
)
from chalicelib.handlers import imports as import_routes
from chalicelib.handlers.gateway import Facet

app = Facet(app_name="facet", configure_logs=False)  # handlers/log.py writes the log
for feature in (
    audit,
    audit_seals,
    birthdays,
    bulk,
    calls,
    consents,
    contact_checks,
    contact_findings,
    customers,
    dashboard,
    devices,
    docs,
    duplicates,
    exports,
    health,
    import_mappings,
    import_routes,
    inquiries,
    locations,
    message_log,
    messages,
    notes,
    overview,
    reminders,
    settings,
    staff,
    suppressions,
    sweeps,
    tags,
    templates,
    timeline,
    today,
    undo,
    unsubscribe,
    users,
):
    app.register_blueprint(feature.endpoint.blueprint)


@app.lambda_function(name="imports")
def imports(event: Any, context: Any) -> Any:
    """Messages of the import queue: jobs of every kind."""
    return jobs_worker.handle(event, context)


@app.lambda_function(name="relay")
def relay_events(event: Any, context: Any) -> Any:
    """New items of the table's stream."""
    return relay.handle(event, context)


@app.lambda_function(name="worker")
def work(event: Any, context: Any) -> Any:
    """Messages of the outreach queue: events that become messages, and what providers tell."""
    return worker.handle(event, context)


@app.lambda_function(name="sender")
def send(event: Any, context: Any) -> Any:
    """Messages of the sending queue."""
    return sender.handle(event, context)


@app.lambda_function(name="sweeps")
def sweep(event: Any, context: Any) -> Any:
    """Schedules, and people in the AWS console."""
    return sweeps_schedule.handle(event, context)
