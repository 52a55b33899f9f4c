#!/bin/sh
# Tries what people get: the signature of the application on a disk image, and that it starts, shows its icon and ends.
# usage: try-dmg.sh DMG
#
# It needs a Mac with a session on its screen, as the runners of GitHub have. The home is a folder of its own.
set -eu

image=$1
program=
work=$(mktemp -d)
volume=$work/volume
# shellcheck disable=SC2317,SC2329 # called by the trap
clean_up() {
    [ -z "$program" ] || kill -KILL "$program" 2>/dev/null || true
    hdiutil detach -quiet -force "$volume" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# Without a certificate the image itself is not signed; the application always is, if only "ad hoc".
[ -z "${SIGNING_IDENTITY:-}" ] || codesign --verify --strict "$image"
mkdir "$volume" "$work/home"
hdiutil attach -quiet -nobrowse -readonly -mountpoint "$volume" "$image"
# What is started from an image is quarantined: people are told to copy it first.
ditto "$volume/SSO Tray.app" "$work/SSO Tray.app"
codesign --verify --deep --strict "$work/SSO Tray.app"

HOME=$work/home "$work/SSO Tray.app/Contents/MacOS/sso-tray" run </dev/null >"$work/out" 2>&1 &
program=$!
log=$work/home/Library/Logs/sso-tray/sso-tray.log

fail() {
    echo "$1" >&2
    cat "$work/out" "$log" >&2 || true
    exit 1
}

wait_until() {
    tries=60
    until "$@"; do
        tries=$((tries - 1))
        if [ "$tries" -le 0 ]; then fail "This did not come about: $*"; fi
        sleep "${BETWEEN_TRIES_SECONDS:-1}"
    done
}

# What the system says of a process: its activation policy (0: in the Dock, 1: an element of the user interface,
# 2: in the background alone), and whether it has a window at the level of the menu bar's items (on each display one).
describe='
ObjC.import("AppKit"); ObjC.import("CoreGraphics");
function run(words) {
    const process = Number(words[0]);
    const policy = $.NSRunningApplication.runningApplicationWithProcessIdentifier(process).activationPolicy;
    const list = ObjC.deepUnwrap(ObjC.castRefToObject($.CGWindowListCopyWindowInfo(0, 0)));
    const windows = list.filter(one => one.kCGWindowOwnerPID === process && one.kCGWindowLayer === 25);
    return "policy " + policy + ", in the menu bar: " + (windows.length > 0);
}'
shows_the_icon() { grep -q 'The tray shows the icon' "$log" 2>/dev/null; }
is_in_the_menu_bar() { [ "$(osascript -l JavaScript -e "$describe" "$program")" = 'policy 1, in the menu bar: true' ]; }

wait_until shows_the_icon
wait_until is_in_the_menu_bar
kill -TERM "$program"
status=0
wait "$program" || status=$?
program=
[ "$status" -eq 0 ] || fail "It ended with $status when it was told to."
grep -q 'SSO Tray ends' "$log" || fail 'It did not end in good order.'
