# shellcheck shell=bash disable=SC2034 # for the scripts that source it
# Sourced by the scripts beside it: a Wine of the project's own, in .wine, and nothing of the person's.
project=$(cd "$(dirname "$0")/../.." && pwd)
wine_folder=$project/.wine
windows_python=$wine_folder/python/cp313/python.exe

export WINEPREFIX=$wine_folder/prefix WINEARCH=win64 WINEDEBUG=-all
# Without .NET, a browser engine and menu entries in the desktop. Python 3.12 and later ask WMI for the version of
# Windows, which Wine 8 answers with a crash; without it they ask elsewhere.
export WINEDLLOVERRIDES='mscoree=;mshtml=;winemenubuilder.exe=;wbemprox='
# Wine takes file names from the locale.
export LC_ALL=C.UTF-8

# The 64-bit loader itself: Debian's `wine` wants the 32-bit one first.
wine64=/usr/lib/wine/wine64
wineserver=/usr/lib/wine/wineserver64

# Runs a Windows program to its end. Wine writes to no regular file, so its output goes through a pipe, which what it
# leaves running may hold open for ever: its words are waited for a while, and no longer.
# WINDOWS_SECONDS is the longest that it may take; it is ended then, and the status is 124.
run_windows() {
    local status=0 pipe reader
    pipe=$(mktemp -u)
    mkfifo "$pipe"
    cat "$pipe" &
    reader=$!
    timeout "${WINDOWS_SECONDS:-0}" "$wine64" "$@" </dev/null >"$pipe" 2>&1 || status=$?
    rm "$pipe"
    timeout 10 tail --pid="$reader" --sleep-interval=0.1 --follow /dev/null || kill "$reader" || true
    return "$status"
}

# Starts Windows, whose services outlive the programs on it and would hold the pipe of the first of them.
start_windows() {
    "$wineserver" -p
    "$wine64" wineboot </dev/null >/dev/null 2>&1
}

# What Windows calls a path of this machine.
windows_path() {
    printf 'Z:%s\n' "${1//\//\\}"
}
