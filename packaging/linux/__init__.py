"""Makes the Linux packages out of the bundle: a Debian package and a tarball."""
