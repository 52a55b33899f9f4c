#!/bin/sh
# Makes the installer for Windows on Debian out of the bundle that `make test-windows` builds, tries it under Wine, and
# puts it into dist. To be tried, not to be given to people: theirs is built on Windows, by the same script.
# usage: package.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
root=$project/.wine32

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo 'The installer for Windows is left out: to make it here takes Debian, and root for a system of its own.'
    exit 0
fi
"$project/packaging/install-test-programs.sh" "$project/packaging/debian-packages-installer.txt"
npm ci --ignore-scripts --silent --prefix "$here"
# Wine 8 does not know the folder of a person's programs by the name that Inno Setup asks for.
setup=$("$here/in-wine32.sh" "$root" /project/packaging/windows/build-installer.sh \
    /project/dist/windows/sso-tray /out '/DFolder={localappdata}\Programs' | tail -n 1)
"$here/in-wine32.sh" "$root" /project/packaging/windows/try-installer.sh "$setup"
cp "$root$setup" "$project/dist/"
