#!/bin/sh
# Makes the installer for Windows from a bundle. On Windows it runs as it is (Git's sh); elsewhere in a Wine that has the
# 32-bit half: in-wine32.sh ROOT packaging/windows/build-installer.sh …
# usage: build-installer.sh BUNDLE OUTPUT [ISCC OPTION…]
# HOME_PAGE of the environment is the project's page that the installer names; without it, it names none.
# The compiler comes from the npm package that package-lock.json pins: npm ci --ignore-scripts --prefix packaging/windows
set -eu
bundle=$1
output=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
compiler=$here/node_modules/innosetup/bin/ISCC.exe
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$here/../../tray/__init__.py")

for program in sso-tray.exe sso-tray-gui.exe; do
    [ -e "$bundle/$program" ] || {
        echo "$bundle is no bundle for Windows: it has no $program." >&2
        exit 1
    }
done
[ -e "$compiler" ] || {
    echo "The compiler is missing. Get it with: npm ci --ignore-scripts --prefix packaging/windows" >&2
    exit 1
}
mkdir -p "$output"
if command -v cygpath >/dev/null; then
    as_windows() { cygpath --windows --absolute "$1"; }
    compile() { MSYS2_ARG_CONV_EXCL='*' "$compiler" "$@"; }
else
    as_windows() { printf 'Z:%s' "$(realpath "$1")" | sed 's,/,\\,g'; }
    compile() { wine "$compiler" "$@" </dev/null 2>&1 | cat; }
fi
setup=$output/sso-tray-$version-windows-x64-setup.exe
rm -f "$setup"
[ -z "${HOME_PAGE-}" ] || set -- "/DHome=$HOME_PAGE" "$@"
compile /Q "/DVersion=$version" "/DBundle=$(as_windows "$bundle")" "/O$(as_windows "$output")" "$@" \
    "$(as_windows "$here/sso-tray.iss")"
[ -s "$setup" ] || {
    echo "The compiler made no $setup." >&2
    exit 1
}
echo "$setup"
