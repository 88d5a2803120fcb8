"""What every command may ask about the shop: settings, locations, tags, staff."""
