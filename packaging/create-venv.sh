#!/bin/sh
# Makes an empty virtual environment with pip in it, from whatever Python 3.11 or newer is here.
# usage: create-venv.sh FOLDER      ($PYTHON chooses the interpreter)
set -eu
folder=$1

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo "Python 3.11 or newer is needed, and none was found (looked for: ${PYTHON:-python3, python3.14 … python3.11})." >&2
    echo "Install one, or name it: make PYTHON=/path/to/python3 …" >&2
    return 1
}

# Debian and Ubuntu keep ensurepip apart from Python.
can_bring_pip() { "$python" -c 'import ensurepip, venv' 2>/dev/null; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_ensurepip() {
    command -v apt-get >/dev/null || return 1
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    as_root apt-get -qq update >&2 &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "python$version-venv" >&2
} 2>/dev/null

# Without root: Debian's own wheel of pip, downloaded by apt-get and unpacked beside the environment.
create_with_pip_of_debian() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    "$python" -m venv --without-pip "$folder" &&
        (cd "$folder" && apt-get -qq download python3-pip-whl && dpkg-deb -x python3-pip-whl_*.deb debian) >&2 || return 1
    wheel=$(echo "$folder"/debian/usr/share/python-wheels/pip-*.whl)
    "$folder/bin/python" "$wheel/pip" install --quiet --no-index "$wheel"
}

python=$(find_python)
rm -rf "$folder"
if can_bring_pip || { install_ensurepip && can_bring_pip; }; then
    "$python" -m venv "$folder"
elif ! create_with_pip_of_debian; then
    rm -rf "$folder"
    echo "$python has no ensurepip, so that no virtual environment can be made." >&2
    echo "Install it (Debian, Ubuntu: sudo apt install python3-venv) and try again." >&2
    exit 1
fi
