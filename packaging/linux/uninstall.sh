#!/bin/sh
# Removes what install.sh has installed, and nothing else: settings, sign-ins and ~/.aws stay.
set -eu
home=$(cd "$(dirname "$0")" && pwd -P)
[ -e "$home/installed-files" ] || { echo "Nothing was installed from here." >&2; exit 1; }

# What starts this program at login would find nothing any more; an entry of another installation stays.
entry=${XDG_CONFIG_HOME:-${HOME:?}/.config}/autostart/io.github.sso_tray.SsoTray.desktop
grep -qsF -- "${home%/lib/sso-tray}/bin/sso-tray" "$entry" && rm -f "$entry"

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
