"""The always-on program: one loop that waits for nothing but its inbox, and what it has done elsewhere (ADR 15)."""
