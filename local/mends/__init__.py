"""What MiniStack 1.5.33 gets wrong for us, mended in its own process; each module says what and why."""

from local.mends.reaper import load_items

load_items()  # before any module here reaches into MiniStack's DynamoDB
