"""Lazily cached clients, repositories and settings."""
