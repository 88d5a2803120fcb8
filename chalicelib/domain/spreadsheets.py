"""Text in cells of spreadsheets: what would begin a formula gets an apostrophe before it, and loses it coming back."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # a spreadsheet would calculate these
MARK = "'"


def inert(cell: str) -> str:
    """The cell as text for every spreadsheet. A cell that looks as if it had been marked is marked once more."""
    return f"{MARK}{cell}" if calculated(cell.lstrip(MARK)) else cell


def plain(cell: str) -> str:
    """What `inert` was given; the cell itself when it was not marked."""
    return cell.removeprefix(MARK) if calculated(cell.lstrip(MARK)) else cell


def calculated(cell: str) -> bool:
    """Whether a spreadsheet would take the cell for a formula."""
    return cell.startswith(DANGEROUS) or cell.lstrip().startswith(DANGEROUS)
