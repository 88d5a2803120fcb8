"""Sweeps: what is done every day at every store without anybody asking."""
