"""All of a shop's data as records of a file, and back into a table."""
