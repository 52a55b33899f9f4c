#!/bin/sh
# Installs SSO Tray for you alone, below ~/.local, or elsewhere; an earlier version makes room.
# usage: install.sh [--prefix FOLDER]
set -eu
cd "$(dirname "$0")"

prefix=${HOME:?}/.local
case ${1-} in
'') ;;
--prefix) prefix=${2:?"--prefix needs a folder"} ;;
--prefix=*) prefix=${1#--prefix=} ;;
*)
    sed -n '2,3s/^# //p' "$0" >&2
    exit 2
    ;;
esac
case $prefix in
*[\"\`\$\\%]* | *'
'*)
    echo "A menu entry cannot name a program in $prefix: choose a folder without \" \` \$ \\ % and line breaks." >&2
    exit 2
    ;;
/*) ;;
*) prefix=$PWD/$prefix ;;
esac

home=$prefix/lib/sso-tray
entry=share/applications/io.github.sso_tray.SsoTray.desktop
kept=

# Whoever removes the program later finds here what to remove: files, and folders that were not there before.
record=$(mktemp)
trap 'rm -f "$record"' EXIT

make_folder() {
    [ -d "$1" ] && return
    make_folder "$(dirname "$1")"
    mkdir "$1"
    echo "$1/" >>"$record"
}

make_folder "$prefix/lib"
if [ -e "$home" ]; then
    [ -e "$home/installed-files" ] || { echo "$home is there, and was not installed by this program." >&2; exit 1; }
    cat "$home/installed-files" >>"$record"
    kept=$prefix/lib/.sso-tray-earlier-$$
fi

# The new folder is complete before it takes the place of the old one, so that a start meanwhile finds one of them.
fresh=$prefix/lib/.sso-tray-new-$$
cp -R lib/sso-tray "$fresh"
cp uninstall.sh "$fresh/uninstall.sh"
[ -z "$kept" ] || mv "$home" "$kept"
mv "$fresh" "$home"
[ -z "$kept" ] || rm -rf "$kept"

(find share -type f; echo bin/sso-tray) | while read -r file; do
    make_folder "$(dirname "$prefix/$file")"
    [ "$file" = bin/sso-tray ] || cp "$file" "$prefix/$file"
    echo "$prefix/$file" >>"$record"
done
ln -sfn ../lib/sso-tray/sso-tray "$prefix/bin/sso-tray"

# A desktop need not have this folder in its PATH.
escaped=$(printf '%s' "$prefix" | sed 's/[&|]/\\&/g')
sed -e "s|^Exec=sso-tray|Exec=\"$escaped/bin/sso-tray\"|" -e "s|^TryExec=sso-tray|TryExec=$escaped/bin/sso-tray|" \
    "$entry" >"$prefix/$entry"
sort -u "$record" >"$home/installed-files"

echo "SSO Tray is installed: $prefix/bin/sso-tray"
case :$PATH: in
*:"$prefix/bin":*) ;;
*) echo "To call it sso-tray in a terminal, add $prefix/bin to your PATH." ;;
esac
[ -z "$kept" ] || echo "If it was running, quit it from its menu and start it again."
echo "To remove it: $home/uninstall.sh"
