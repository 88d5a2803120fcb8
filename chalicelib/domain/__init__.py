"""Rules of the shop: no AWS, no clock, no environment."""
