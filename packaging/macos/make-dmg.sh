#!/bin/sh
# Makes the disk image from which people drag the application into their Applications folder.
# usage: make-dmg.sh APP DMG [VOLUME-ICON]
set -eu

app=$1
dmg=$2
icon=${3:-}
volume='SSO Tray'

work=$(mktemp -d)
mounted=
# shellcheck disable=SC2317,SC2329 # called by the trap
clean_up() {
    [ -z "$mounted" ] || hdiutil detach -quiet -force "$mounted" || true
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# Something else may be looking at an image for a moment (Spotlight, a virus scanner): "Resource busy".
patiently() {
    tries=10
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ]
        sleep "${BETWEEN_TRIES_SECONDS:-2}"
    done
}

# ditto keeps what belongs to the signature.
mkdir "$work/contents"
ditto "$app" "$work/contents/$(basename "$app")"
ln -s /Applications "$work/contents/Applications"
patiently hdiutil create -quiet -ov -volname "$volume" -srcfolder "$work/contents" -fs HFS+ -format UDRW \
    "$work/writable.dmg"

if [ -n "$icon" ]; then
    # It is mounted only where a folder is.
    mkdir "$work/volume"
    mounted=$work/volume
    patiently hdiutil attach -quiet -nobrowse -mountpoint "$mounted" "$work/writable.dmg"
    cp "$icon" "$mounted/.VolumeIcon.icns"
    # The folder has an icon of its own.
    xcrun SetFile -a C "$mounted"
    patiently hdiutil detach -quiet "$mounted"
    mounted=
fi

patiently hdiutil convert -quiet -ov "$work/writable.dmg" -format UDZO -imagekey zlib-level=9 -o "$dmg"
patiently hdiutil verify -quiet "$dmg"
