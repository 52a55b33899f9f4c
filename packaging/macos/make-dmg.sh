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

# ditto keeps what belongs to the signature.
mkdir "$work/contents"
ditto "$app" "$work/contents/$(basename "$app")"
ln -s /Applications "$work/contents/Applications"
hdiutil create -quiet -volname "$volume" -srcfolder "$work/contents" -fs HFS+ -format UDRW "$work/writable.dmg"

if [ -n "$icon" ]; then
    mounted=$work/volume
    hdiutil attach -quiet -nobrowse -mountpoint "$mounted" "$work/writable.dmg"
    cp "$icon" "$mounted/.VolumeIcon.icns"
    # The folder has an icon of its own.
    xcrun SetFile -a C "$mounted"
    # Spotlight may still be looking at it.
    tries=10
    until hdiutil detach -quiet "$mounted"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ]
        sleep 1
    done
    mounted=
fi

rm -f "$dmg"
hdiutil convert -quiet "$work/writable.dmg" -format UDZO -imagekey zlib-level=9 -o "$dmg"
hdiutil verify -quiet "$dmg"
