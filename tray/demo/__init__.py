"""An embedded Identity Center on loopback, and a home to play with."""
