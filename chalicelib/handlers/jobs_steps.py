"""Which steps each kind of job has: every module here gives `steps`, and is loaded when it is needed."""

from importlib import import_module

from chalicelib.domain.jobs.model import JobKind
from chalicelib.domain.jobs.run import Steps

MODULES: dict[JobKind, str] = {
    "import": "chalicelib.handlers.imports_steps",
    "export": "chalicelib.handlers.exports_steps",
    "bulk": "chalicelib.handlers.bulk_steps",
    "undo": "chalicelib.handlers.undo_steps",
    "duplicates": "chalicelib.handlers.duplicates_steps",
    "contact_check": "chalicelib.handlers.contact_check_steps",
}


def steps_of(kind: JobKind) -> Steps:
    """The steps of this kind of job."""
    steps: Steps = import_module(MODULES[kind]).steps
    return steps
