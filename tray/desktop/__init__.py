"""The person's desktop: one package per concern, one module per system."""
