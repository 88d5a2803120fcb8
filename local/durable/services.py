"""Which services hold state, where it lies, and which a request can touch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Protocol

from ministack import app as ministack_app
from ministack.core.responses import AccountRegionScopedDict

from local.durable.encoding import Codec
from local.durable.general import Entries, General
from local.durable.mail import Mail
from local.durable.objects import Objects
from local.durable.outbox import Outbox
from local.durable.queues import Queues
from local.mends import items
from local.records import DamagedFolder

Read = Callable[[], Mapping[str, Any]]


class Tracker(Protocol):
    """Says what of one service changed, gives all of it, and puts it back."""

    service: str

    def changed(self) -> list[tuple[str, bytes | None]]:
        """Entries that are new, different or gone since the last call."""

    def entries(self) -> Any:
        """All entries."""

    def restore(self, entries: Entries) -> None:
        """Puts entries back after a start."""


def _lambda_state(module: ModuleType) -> Read:
    """MiniStack's own reading would write every function's code to files of its own at each look."""
    stores = {"functions": "_functions", "layers": "_layers", "esms": "_esms", "function_urls": "_function_urls"}
    positions = {"dynamodb_stream_positions": "_dynamodb_stream_positions"}
    return lambda: {name: getattr(module, held) for name, held in {**stores, **positions}.items()}


def _people_state(module: ModuleType) -> Read:
    """The pools as they stand; MiniStack's own reading copies everyone in them for each look."""
    names = ("user_pools", "pool_domain_map", "identity_pools", "identity_tags", "authorization_codes")
    held = (*names, "refresh_tokens", "auth_codes", "challenge_sessions")
    return lambda: {
        **{name: getattr(module, f"_{name}") for name in held},
        "revoked_tokens": sorted(module._revoked_tokens),
    }


def _log_state(module: ModuleType) -> Read:
    """Log groups and their settings; the lines are the developer's to read while it runs."""

    def read() -> Mapping[str, Any]:
        groups = AccountRegionScopedDict()
        groups._data = {key: {**group, "streams": {}} for key, group in list(module._log_groups._data.items())}
        return {
            "log_groups": groups,
            "metric_filters": module._metric_filters,
            "resource_policies": module._resource_policies,
        }

    return read


def _table_state(module: ModuleType) -> Read:
    """Tables without their items, which the journal holds change by change."""
    named = {"tags": "_tags", "ttl_settings": "_ttl_settings", "pitr_settings": "_pitr_settings"}

    def read() -> Mapping[str, Any]:
        tables = AccountRegionScopedDict()
        tables._data = {key: items.meta(table) for key, table in list(module._tables._data.items())}
        return {"tables": tables, **{name: getattr(module, held) for name, held in named.items()}}

    return read


_READERS: dict[str, Callable[[ModuleType], Read]] = {
    "lambda_svc": _lambda_state,
    "cognito": _people_state,
    "cloudwatch_logs": _log_state,
    "dynamodb": _table_state,
}
# Their state is made anew at each start, or is of no use after one.
_FORGOTTEN = {"sts", "imds", "account", "ecs_metadata"}
# Signing names to the modules a request can change besides the one of its name; what is not listed can change all.
_REACH: dict[str, tuple[str, ...]] = {
    "dynamodb": ("dynamodb",),
    "sqs": ("sqs",),
    "s3": ("s3", "sqs", "sns", "eventbridge"),
    "cognito-idp": ("cognito", "ses"),
    "ssm": ("ssm",),
    "ses": ("ses", "ses_v2", "sns", "sqs", "outbox"),
    "sns": ("sns", "sqs", "outbox"),
    "events": ("eventbridge", "sqs", "sns"),
    "scheduler": ("scheduler",),
    "sts": (),
    "logs": ("cloudwatch_logs",),
    "monitoring": (),
    "iam": ("iam",),
    "kms": ("kms",),
    "secretsmanager": ("secretsmanager",),
}


class Services:
    """The trackers of the service modules that are loaded."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._trackers: dict[str, Tracker] = {"outbox": Outbox(codec)}  # ours, and no module of MiniStack's

    def tracker(self, module_name: str) -> Tracker | None:
        """The tracker of a module, or None when it is not loaded or keeps nothing."""
        if module_name not in self._trackers:
            module = sys.modules.get(f"ministack.services.{module_name}")
            if module is None or module_name in _FORGOTTEN or not hasattr(module, "get_state"):
                return None
            self._trackers[module_name] = self._make(module_name, module)
        return self._trackers[module_name]

    def _make(self, module_name: str, module: ModuleType) -> Tracker:
        if module_name == "sqs":
            return Queues(self._codec)
        if module_name == "s3":
            return Objects(self._codec)
        if module_name == "ses":
            return Mail(self._codec, module)
        read = _READERS[module_name](module) if module_name in _READERS else module.get_state
        return General(module_name, self._codec, read, module.load_persisted_state)

    def loaded(self) -> list[Tracker]:
        """All trackers, in the registry's order."""
        names = ["outbox", *sorted(ministack_app._registry_module_names())]
        return [tracker for name in names if (tracker := self.tracker(name)) is not None]

    def touched(self, signing_name: str | None) -> list[Tracker]:
        """The trackers of what a request can have changed."""
        reach = _REACH.get(signing_name or "")
        if reach is None:
            return self.loaded()
        return [tracker for name in reach if (tracker := self.tracker(name)) is not None]

    def restore(self, module_name: str, entries: Entries) -> None:
        """Loads a module and gives it its state."""
        if module_name not in self._trackers:
            ministack_app._get_module(module_name)
        tracker = self.tracker(module_name)
        if tracker is None:
            raise DamagedFolder(
                f"The data folder holds the state of {module_name!r}, which the local AWS does not know"
            )
        tracker.restore(entries)
