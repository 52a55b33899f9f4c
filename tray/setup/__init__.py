"""The set-up: asks what ``aws configure sso`` asks, in the terminal or on a page, and writes what was picked."""
