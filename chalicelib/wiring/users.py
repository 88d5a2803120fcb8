"""The user pool of this deployment, and what the administration of the staff works with."""

import time
from functools import cache

from chalicelib.config import settings
from chalicelib.domain.staff.commands import StaffOffice
from chalicelib.repos.shop import ShopWriter
from chalicelib.repos.transaction import Transaction
from chalicelib.repos.user_pool import UserPool
from chalicelib.wiring import clients, shop


@cache
def user_pool() -> UserPool:
    """The pool that the template made."""
    return UserPool(clients.cognito(), settings().user_pool_id)


def office(work: Transaction) -> StaffOffice:
    """Where one command of the staff's administration works; what it writes counts here at once."""
    work.afterwards(shop.staff.forget)
    return StaffOffice(
        call=work.call,
        staff=shop.staff.fresh(),
        locations=shop.shop.fresh().locations,
        accounts=user_pool(),
        directory=ShopWriter(work),
        work=work,
        clock=lambda: int(time.time()),
        repeated=work.attempt > 0,
    )
