#!/bin/bash
# Installs, upgrades and uninstalls with an installer made for a Wine (build-installer.sh … '/DFolder={localappdata}\Programs'),
# and looks at what a person would: files, Start menu, PATH, start at login, the list of installed programs.
# usage: in-wine32.sh ROOT packaging/windows/try-installer.sh SETUP
set -euo pipefail
setup=Z:${1//\//\\}
export WINEPREFIX=/root/try DISPLAY=:93
rm -rf "$WINEPREFIX"
Xvfb :93 -screen 0 1024x768x24 -nolisten tcp &>/dev/null &
xvfb=$!
trap 'wineserver -k || true; kill $xvfb' EXIT
wine wineboot -i &>/dev/null
wine winecfg -v win10 &>/dev/null

drive=$WINEPREFIX/drive_c/users/root
folder="$drive/AppData/Local/Programs/SSO Tray"
shortcut="$drive/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/SSO Tray.lnk"
uninstall='HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\{98025BB8-8B4F-4A17-85D9-A7A703164F1C}_is1'
run='HKCU\Software\Microsoft\Windows\CurrentVersion\Run'

# Never into a pipe: a program that goes on running would hold it.
quietly() { timeout 100 wine "$@" </dev/null &>/dev/null; }
registry() { timeout 30 wine reg query "$@" </dev/null 2>/dev/null | tr -d '\r' || true; }
fail() {
    echo "FAILED: $*" >&2
    exit 1
}
expect() { # WHAT COMMAND…
    local what=$1
    shift
    "$@" &>/dev/null || fail "$what"
    echo "ok: $what"
}
eventually() { # COMMAND…
    for _ in {1..100}; do
        "$@" && return
        sleep 0.2
    done
    return 1
}
registry_has() { registry "${@:2}" | grep -qiF -- "$1"; }
not() { ! "$@"; }
commands() { grep -lqs 'sso-tray[.]exe' /proc/[0-9]*/cmdline; }
runs() { grep -lqs 'sso-tray-gui[.]exe' /proc/[0-9]*/cmdline; }

quietly reg add 'HKCU\Environment' /v Path /t REG_EXPAND_SZ /d '%USERPROFILE%\bin;C:\other' /f
quietly "$setup" /VERYSILENT /SUPPRESSMSGBOXES /CURRENTUSER /TASKS= || fail "the installer ends with $?"
expect 'the programs are there' test -e "$folder/sso-tray.exe" -a -e "$folder/sso-tray-gui.exe"
expect 'the Start menu has an entry' test -e "$shortcut"
expect 'Windows lists it with its version' registry_has DisplayVersion "$uninstall" /v DisplayVersion
expect 'it does not start at login unasked' not registry_has sso-tray "$run"
expect 'PATH is as it was' not registry_has 'SSO Tray' 'HKCU\Environment' /v Path

quietly "$setup" /VERYSILENT /SUPPRESSMSGBOXES /CURRENTUSER /TASKS=startatlogin,addtopath || fail "installing again ends with $?"
expect 'start at login was asked for' registry_has 'SSO Tray\sso-tray-gui.exe' "$run"
expect 'PATH has it last' registry_has '%USERPROFILE%\bin;C:\other;C:\users\root\AppData\Local\Programs\SSO Tray' 'HKCU\Environment' /v Path

timeout 300 wine "$folder/sso-tray-gui.exe" run </dev/null &>/dev/null &
expect 'the program runs' eventually runs
sleep 3
touch "$folder/_internal/of-an-older-version.dll"
quietly "$setup" /VERYSILENT /SUPPRESSMSGBOXES /CURRENTUSER || fail "upgrading ends with $?"
expect 'what an upgrade no longer brings is gone' not test -e "$folder/_internal/of-an-older-version.dll"
expect 'the program runs again after an upgrade' eventually runs
expect 'start at login stays on' registry_has 'SSO Tray\sso-tray-gui.exe' "$run"

# A command in a terminal has no window: it waits for a person who never comes to its page.
timeout 300 wine "$folder/sso-tray.exe" setup --page --no-browser </dev/null &>/dev/null &
expect 'a command runs' eventually commands

sleep 3
mkdir -p "$drive/AppData/Local/sso-tray"
touch "$drive/AppData/Local/sso-tray/settings.toml"
notices='HKCU\Software\Classes\AppUserModelId\SsoTray.SsoTray'
quietly reg add "$notices" /v DisplayName /d 'SSO Tray' /f
address='HKCU\Software\Classes\sso-tray'
quietly reg add "$address\shell\open\command" /ve /d '"'"$(winepath -w "$folder/sso-tray-gui.exe")"'" follow "%1"' /f
expect 'an address of ours is followed' registry_has 'SSO Tray\sso-tray-gui.exe" follow' "$address\shell\open\command"
quietly "$folder/unins000.exe" /VERYSILENT /SUPPRESSMSGBOXES || fail "uninstalling ends with $?"
expect 'uninstalling ends the program' eventually not runs
expect 'and what runs of it without a window' eventually not commands
expect 'and removes all of it' eventually not test -e "$folder"
expect 'and its entry in the Start menu' not test -e "$shortcut"
expect 'and in the list of programs' not registry_has DisplayName "$uninstall"
expect 'and at login' not registry_has sso-tray "$run"
expect 'and the name of its notices' not registry_has DisplayName "$notices"
expect 'and their address' not registry_has follow "$address\shell\open\command"
expect 'PATH is as it was before' registry_has '%USERPROFILE%\bin;C:\other' 'HKCU\Environment' /v Path
expect 'without a trace' not registry_has 'SSO Tray' 'HKCU\Environment' /v Path
expect 'the settings stay' test -e "$drive/AppData/Local/sso-tray/settings.toml"
