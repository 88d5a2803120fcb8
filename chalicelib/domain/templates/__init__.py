"""Message templates: words with fields, by purpose, channel and language."""
