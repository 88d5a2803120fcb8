"""Messages: what goes to customers and staff, and what comes back."""
