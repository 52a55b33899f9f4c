"""A login of ours: by browser or by code, one page for many, and new sessions."""
