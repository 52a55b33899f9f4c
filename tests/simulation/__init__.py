"""
Years of a person's working days, in seconds: the core of SSO Tray against a world whose truth is known.

``make simulation``, or ``PYTHONPATH=tests python -m simulation``, prints the figures; the test asserts them.
"""
