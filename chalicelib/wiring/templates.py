"""What template routes work with, and the templates that messages choose from."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.call import Call
from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.messages.model import Message
from chalicelib.domain.templates import builtin, trial
from chalicelib.domain.templates.commands import Desk
from chalicelib.domain.templates.fields import Values, merge_values, staff_values
from chalicelib.domain.templates.model import Template
from chalicelib.domain.templates.rendering import Rendered
from chalicelib.repos.messages import MessageWriter
from chalicelib.repos.templates import TemplateReader, TemplateWriter
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import customers, shop
from chalicelib.wiring.shop import Cached
from chalicelib.wiring.store import table

own: Cached[tuple[Template, ...]] = Cached(lambda: TemplateReader(table()).in_use())


def all() -> Sequence[Template]:  # noqa: A001 -- read as templates.all()
    """Every template in use, the built-in ones last; a change made elsewhere is seen within 30 s."""
    return (*own.get(), *builtin.templates())


def all_fresh() -> Sequence[Template]:
    """Every template in use, read now."""
    return (*own.fresh(), *builtin.templates())


def version(template_id: str, number: int) -> Template:
    """One version of a template, also of one that is archived.

    Raises:
        NotFound: there is no such version.
    """
    return reader().version(template_id, number)


def reader() -> TemplateReader:
    """Reads of templates."""
    return TemplateReader(table())


def desk(work: Transaction) -> Desk:
    """The desk at which one command runs; what it writes is seen here at once."""
    work.afterwards(own.forget)
    return Desk(work.call, work, TemplateWriter(work, lambda: len(own.get())))


def values_of(call: Call, customer_id: str | None, text: str | None, language: str) -> Values:
    """The values of all fields for a message that the caller would write today to this customer, or to themselves.

    Raises:
        Invalid: there is no such customer.
    """
    reference = shop.shop.get()
    doc = _customer(customer_id) if customer_id is not None else None
    home = doc.get("home_location") if doc is not None else next(iter(call.actor.locations), None)
    today = call.now.astimezone(ZoneInfo(reference.time_zone_of(home))).date()
    location, settings, name = reference.location_of(home), reference.settings, call.actor.name
    if doc is None:
        return staff_values(name, location, settings, today, text, language=language)
    return merge_values(doc, location, settings, name, today, text, language)


def _customer(customer_id: str) -> Mapping[str, Any]:
    try:
        return customers.reader().get(customer_id).doc
    except NotFound as unknown:
        raise Invalid.field("/customer_id", "is not a customer of this shop") from unknown


def send_trial(work: Transaction, template: Template, rendered: Rendered) -> Message:
    """Send the rendered template to the caller.

    Raises:
        Conflict: no address of the caller is known.
    """
    member = shop.staff.get().get(work.call.actor.id)
    return trial.send(work.call, work, MessageWriter(work), template, rendered, member.email if member else None)
