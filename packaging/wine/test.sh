#!/bin/bash
# Runs the tests of `make test-windows`: those that any system runs and those of Windows alone with the Python in .wine,
# then those that drive the program in dist/windows with mouse and eyes.
# usage: test.sh [PYTEST ARGUMENTS]
set -euo pipefail
shopt -s extglob
# shellcheck source=packaging/wine/environment.sh
. "$(dirname "$0")/environment.sh"
cd "$project"
# An X server for this run alone, on a display that is free.
exec 9< <(exec Xvfb -displayfd 1 -screen 0 1024x768x24 -nolisten tcp 2>/dev/null)
screen=$!
read -r number <&9
export DISPLAY=:$number
trap '"$wineserver" -k || true; kill $screen || true' EXIT

start_windows
"$wine64" explorer.exe /desktop=tray,1024x768 </dev/null >/dev/null 2>&1 &

export PYTHONSAFEPATH=1
status=0
# Where some tests were asked for by name, a part may have none of them (5).
failed() {
    if [ "$1" != 5 ] || [ -z "$named" ]; then status=$1; fi
}
named=$*
# These need the one taskbar, foreground, clipboard or registry of this Windows for themselves.
alone=(tests/desktop/test_trayicon.py tests/windows/test_{clipboard,opener,policies,presence,theme,trayicon}.py)
# What is pure, or is about the documents and the demo, tells the same on every system.
same_everywhere=(
    tests/aws/config/test_{client_settings,corpus,document,edit,new_profiles,portal_sync,reading,values}.py
    tests/aws/test_{answers,client_settings,hostile_answers,questions,times,wire}.py tests/desktop/test_icons.py
    # Of what a login decides; its files, locks and pages have tests of their own, and tests/commands logs in.
    tests/aws/test_{login,new_session}.py
)
# A busy machine takes longer for every process that is started here. A test that hangs says where.
patience=(--timeout 240)
rm -rf build/stacks
# Of core only what asks for the system, and nothing of what macOS alone has.
WINDOWS_SECONDS=1800 run_windows "$windows_python" -m pytest -p no:cacheprovider --numprocesses 5 "${patience[@]}" \
    --ignore-glob='*_macos.py' "${alone[@]/#/--ignore=}" "${same_everywhere[@]/#/--ignore=}" \
    tests/core/test_local_time.py tests/core/test_words.py tests/disk tests/loopback tests/aws tests/resident \
    tests/doctor tests/pages tests/commands tests/desktop tests/windows \
    tests/test_!(architecture|catalogues|citations|documents|troubleshooting).py "$@" || failed $?
grep --with-filename --extended-regexp --before-context=3 --after-context=60 "most recent call first" build/stacks/*.txt || true
WINDOWS_SECONDS=900 run_windows "$windows_python" -m pytest -p no:cacheprovider "${patience[@]}" "${alone[@]}" "$@" || failed $?
"$wineserver" -k || true

TEST_WINDOWS_PROGRAM=$project/dist/windows/sso-tray .venv/bin/python -m pytest tests/wine "$@" || failed $?
exit "$status"
