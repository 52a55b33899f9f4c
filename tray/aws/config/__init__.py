"""``~/.aws/config`` and ``~/.aws/credentials``: read as botocore reads them, changed without losing a byte."""
