"""Relaying: how an event that was committed reaches the queues and the bus."""
