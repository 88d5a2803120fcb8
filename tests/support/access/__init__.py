"""Who may what, in the made-up shop: people of every kind, tokens that nobody gave out, ids that belong to others."""
