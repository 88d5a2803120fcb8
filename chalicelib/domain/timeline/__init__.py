"""The timeline: everything that happened with a customer, newest first."""
