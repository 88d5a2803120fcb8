"""Devices: phones and tablets of customers that show push messages."""
