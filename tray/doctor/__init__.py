"""
The doctor: finds and explains what breaks sign-in, and changes nothing unless told to fix one thing.

A check a file: what it looks at, its rule, its words, its fix. Each has a function ``check``, from the context to
findings. One that looks at more than the context has a ``look``, which gathers facts and raises nothing, and a
``rule``, which tells what they mean: a pure function, so that each finding can be tested with what causes it.
"""
