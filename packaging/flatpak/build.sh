#!/bin/sh
# Makes the Flatpak out of the tarball for Linux.
# usage: build.sh RUNTIMES TARBALL OUTPUT
#   RUNTIMES   the address (https: or file:) of the .flatpakrepo of who offers the runtime; whoever installs is told it too
#   TARBALL    sso-tray-VERSION-linux-MACHINE.tar.gz
#   OUTPUT     the folder for sso-tray-VERSION-linux-MACHINE.flatpak
set -eu
runtimes=$1
tarball=$2
output=$3
here=$(cd "$(dirname "$0")" && pwd)
application=io.github.sso_tray.SsoTray
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp "$here/$application.yaml" "$work/"
cp "$tarball" "$work/sso-tray.tar.gz"
mkdir -p "$output"
flatpak remote-add --user --if-not-exists sso-tray-runtimes "$runtimes"
flatpak-builder --user --install-deps-from=sso-tray-runtimes --state-dir="$work/state" --repo="$work/repository" \
    "$work/build" "$work/$application.yaml"
flatpak build-bundle --runtime-repo="$runtimes" "$work/repository" \
    "$output/$(basename "$tarball" .tar.gz).flatpak" "$application"
