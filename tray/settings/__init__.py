"""The settings: the person's ``settings.toml``, with a site-wide one under it (docs/contracts: Settings)."""
