"""What MiniStack 1.5.33 gets wrong for us, mended in its own process; each module says what and why."""
