"""What only a free desktop on Linux has."""
