"""``~/.aws`` and the AWS wire."""
