#!/bin/sh
# Debian's Python has its interpreter in the program as well as in a library, and a bundle needs the library.
# usage: need-libpython.sh PYTHON
set -eu
python=$1
found() { "$python" -c 'from PyInstaller.depend.bindepend import get_python_library_path as find; raise SystemExit(not find())' 2>/dev/null; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

[ "$(uname)" = Linux ] || exit 0
found && exit 0
package=libpython$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if command -v apt-get >/dev/null; then
    {
        as_root apt-get -qq update &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$package" >/dev/null
    } || echo "$package could not be installed."
fi
found || { echo "A bundle needs Python's shared library (Debian, Ubuntu: $package)." >&2; exit 1; }
