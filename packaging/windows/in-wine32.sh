#!/bin/sh
# Runs a command in a Debian system of its own that has a 32-bit Wine: Inno Setup is a 32-bit program, and the machine's
# own Wine and packages stay as they are. Needs root. The first call makes the system: about 100 s and 2 GB.
# usage: in-wine32.sh ROOT COMMAND…      (the project is /project there, read only; /out is ROOT/out)
set -eu
root=$1
shift
project=$(cd "$(dirname "$0")/../.." && pwd)

make_root() {
    rm -rf "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase --arch=amd64 --include=ca-certificates bookworm "$root"
    chroot "$root" dpkg --add-architecture i386
    chroot "$root" apt-get -qq update
    chroot "$root" apt-get -qq install -y --no-install-recommends wine wine64 wine32:i386 xvfb xauth
    chroot "$root" apt-get clean
    mkdir -p "$root/project" "$root/out"
    touch "$root/ready"
}

if [ ! -e "$root/ready" ]; then
    # What was half made may go; a folder that is somebody else's may not.
    [ ! -e "$root" ] || [ -e "$root.log" ] || {
        echo "$root is there, and was not made by this program." >&2
        exit 1
    }
    make_root >"$root.log" 2>&1 || {
        tail -n 20 "$root.log" >&2
        exit 1
    }
fi
# What is mounted and started here is gone when the command ends.
# shellcheck disable=SC2016 # the inner shell expands them
exec unshare --mount --pid --fork --kill-child --mount-proc sh -euc '
    root=$1 project=$2
    shift 2
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/tmp"
    mount --bind "$project" "$root/project"
    mount -o remount,bind,ro "$root/project"
    exec chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/wine LANG=C.UTF-8 \
        WINEDEBUG=-all WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe=;wbemprox=" "$@"
' sh "$root" "$project" "$@"
