"""What only macOS has."""
