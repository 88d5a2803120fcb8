"""The 360 view: one look at a customer before they are met."""
