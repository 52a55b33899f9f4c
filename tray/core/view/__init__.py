"""Icon, tooltip and menu as plain values."""
