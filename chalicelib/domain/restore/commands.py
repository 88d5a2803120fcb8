"""What an import of all data may be asked with."""

from chalicelib.domain.errors import FieldError, Invalid
from chalicelib.domain.imports.model import ImportOptions, NewImport


def require_plain(asked: NewImport, *, dry_run: bool) -> None:
    """Refuse what belongs to lists: records of all data say themselves what they are, and go in as they are.

    Raises:
        Invalid: the format is not jsonl, or there is a mapping, an option or a dry run.
    """
    if asked.format != "jsonl":
        raise Invalid.field("/format", "must be jsonl for everything")
    said: dict[str, object] = {"mapping": asked.mapping, "template": asked.template, "mapping_id": asked.mapping_id}
    said |= {"options": None if asked.options == ImportOptions() else asked.options, "dry_run": dry_run or None}
    errors = [
        FieldError(f"/{name}", "does not go with everything") for name, value in said.items() if value is not None
    ]
    if errors:
        raise Invalid(f"{errors[0].pointer} {errors[0].detail}.", errors=errors)
