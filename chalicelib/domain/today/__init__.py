"""What one person, or one store, has to do today."""
