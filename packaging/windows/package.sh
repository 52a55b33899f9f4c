#!/bin/sh
# Makes the installer for Windows on Debian out of the bundle that `make test-windows` builds, tries it under Wine, and
# puts it into dist; or says why it is left out. To be tried, not to be given to people: theirs is built on Windows, by
# the same script.
# usage: package.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
root=$project/.wine32

left_out() {
    echo "The installer for Windows is left out: $1"
    exit 0
}

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    left_out 'to make it here takes Debian, and root for a system of its own.'
fi
for list in installer windows; do
    "$project/packaging/install-test-programs.sh" "$project/packaging/debian-packages-$list.txt"
done
for program in debootstrap npm unshare /usr/lib/wine/wine64; do
    command -v "$program" >/dev/null || left_out "there is no $program here."
done
make --no-print-directory -C "$project" .venv/done/windows
npm ci --ignore-scripts --silent --prefix "$here"
# Wine 8 does not know the folder of a person's programs by the name that Inno Setup asks for.
setup=$("$here/in-wine32.sh" "$root" /project/packaging/windows/build-installer.sh \
    /project/dist/windows/sso-tray /out '/DFolder={localappdata}\Programs' | tail -n 1)
"$here/in-wine32.sh" "$root" /project/packaging/windows/try-installer.sh "$setup"
cp "$root$setup" "$project/dist/"
