#!/bin/sh
# Signs an application or a disk image with a Developer ID, has Apple notarise it, and staples the ticket to it.
# usage: sign-and-notarise.sh APP-OR-DMG
#
# What it needs is named by the environment; no secret is, and none becomes an argument, which every process can read:
#   SIGNING_IDENTITY   the certificate in the keychain, "Developer ID Application: …"; without it nothing is signed
#   NOTARY_PROFILE     what `xcrun notarytool store-credentials` keeps in the keychain (NOTARY_KEYCHAIN: in which one),
#   or NOTARY_KEY_FILE a file with a key of App Store Connect, and NOTARY_KEY_ID and NOTARY_ISSUER, which go with it;
#                      without either nothing is notarised
#
# The one right in entitlements.plist (where a comment could stop macOS from reading it): ctypes, PyObjC and rubicon-objc
# let AppKit call Python through functions that libffi makes while the program runs. Not needed are allow-jit, for nothing
# is mapped with MAP_JIT, and disable-library-validation, for all that is loaded is signed here with one identity.
set -eu

target=$1
entitlements=$(dirname "$0")/entitlements.plist

if [ -z "${SIGNING_IDENTITY:-}" ]; then
    echo "No SIGNING_IDENTITY: $target stays as it is. macOS will warn people who open it, and allow it no notices." >&2
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

sign() { codesign --force --timestamp --sign "$SIGNING_IDENTITY" "$@"; }

is_program() { [ "$(file -b --mime-type "$1" | head -n 1)" = application/x-mach-binary ]; }

# From the inside out, for a signature covers those of all that is inside; the last gives the main program its rights.
sign_application() {
    find "$1/Contents" -type f ! -path "$1/Contents/MacOS/*" >"$work/files"
    while IFS= read -r file; do
        if is_program "$file"; then sign --options runtime "$file"; fi
    done <"$work/files"
    find "$1/Contents" -depth -type d -name '*.framework' >"$work/frameworks"
    while IFS= read -r framework; do
        sign --options runtime "$framework"
    done <"$work/frameworks"
    sign --options runtime --entitlements "$entitlements" "$1"
    codesign --verify --deep --strict "$1"
}

notarytool() {
    command=$1
    shift
    if [ -n "${NOTARY_PROFILE:-}" ]; then
        set -- "$@" --keychain-profile "$NOTARY_PROFILE"
        [ -z "${NOTARY_KEYCHAIN:-}" ] || set -- "$@" --keychain "$NOTARY_KEYCHAIN"
    else
        set -- "$@" --key "$NOTARY_KEY_FILE" --key-id "$NOTARY_KEY_ID" --issuer "$NOTARY_ISSUER"
    fi
    xcrun notarytool "$command" "$@"
}

answer() { plutil -extract "$1" raw -o - "$work/answer.json"; }

# Whether it was accepted, the exit code does not tell.
notarise() {
    notarytool submit "$1" --wait --timeout 1h --output-format json >"$work/answer.json" || true
    if [ "$(answer status)" != Accepted ]; then
        cat "$work/answer.json" >&2
        notarytool log "$(answer id)" >&2
        exit 1
    fi
}

case $target in
*.app | *.app/)
    target=${target%/}
    sign_application "$target"
    submission=$work/application.zip
    ditto -c -k --keepParent "$target" "$submission"
    ;;
*.dmg)
    sign "$target"
    submission=$target
    ;;
*)
    echo "Neither an application nor a disk image: $target" >&2
    exit 2
    ;;
esac

if [ -z "${NOTARY_PROFILE:-}${NOTARY_KEY_FILE:-}" ]; then
    echo "Neither NOTARY_PROFILE nor NOTARY_KEY_FILE: $target is signed, but not notarised." >&2
    exit 0
fi
notarise "$submission"
xcrun stapler staple "$target"
xcrun stapler validate "$target"
