#!/bin/bash
# Builds the program for Windows with the Python in .wine, into dist/windows/sso-tray. For tests: what people get is
# built on Windows, by the same specification.
# usage: build.sh WHEEL
set -euo pipefail
# shellcheck source=packaging/wine/environment.sh
. "$(dirname "$0")/environment.sh"
trap '"$wineserver" -k || true' EXIT
export PIP_CONFIG_FILE=NUL PIP_FIND_LINKS='' PIP_CONSTRAINT=''

run_windows "$windows_python" -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
    --no-index --no-deps --force-reinstall "$(windows_path "$(realpath "$1")")"
cd "$project"
run_windows "$windows_python" -m PyInstaller --noconfirm --log-level WARN \
    --distpath dist/windows --workpath build/windows packaging/sso-tray.spec
