#!/bin/sh
# Removes what install.sh has installed, and nothing else: settings, sign-ins and ~/.aws stay.
set -eu
home=$(cd "$(dirname "$0")" && pwd -P)
[ -e "$home/installed-files" ] || { echo "Nothing was installed from here." >&2; exit 1; }

# The list is read before its folder goes; folders last, the deepest first, and only those that are empty.
list=$(sort -r "$home/installed-files")
rm -rf "$home"
printf '%s\n' "$list" | while read -r path; do
    case $path in
    */) ;;
    *) rm -f "$path" ;;
    esac
done
printf '%s\n' "$list" | while read -r path; do
    case $path in
    */) rmdir "$path" 2>/dev/null || true ;;
    esac
done
echo "SSO Tray is removed. Your settings and sign-ins are where they were."
