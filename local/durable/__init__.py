"""Makes what MiniStack acknowledged durable: who holds state, what of it changed, and how it comes back."""
