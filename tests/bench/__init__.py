"""What the program costs, measured beside an empty icon in one run: ``make bench``."""
