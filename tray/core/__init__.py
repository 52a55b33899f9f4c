"""The pure heart: no files, no clock, no system calls, only the standard library."""
