"""The user pool of this deployment."""

from functools import cache

from chalicelib.config import settings
from chalicelib.repos.user_pool import UserPool
from chalicelib.wiring import clients


@cache
def user_pool() -> UserPool:
    """The pool that the template made."""
    return UserPool(clients.cognito(), settings().user_pool_id)
