"""Whether a whole table is whole: what must hold across its items, what does not, and what puts it right."""
