#!/bin/sh
# Installs the programs that the tests drive, where it may; otherwise says which are missing, and goes on.
# usage: install-test-programs.sh LIST      (lines of "program package")
set -eu
list=$1

missing_packages() {
    while read -r program package; do
        case $program in '' | '#'*) continue ;; esac
        command -v "$program" >/dev/null || echo "$package"
    done <"$list" | sort -u
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

packages=$(missing_packages | xargs)
[ -n "$packages" ] || exit 0
if command -v apt-get >/dev/null && as_root true 2>/dev/null; then
    echo "Installing for the tests: $packages"
    as_root apt-get -qq update || true
    # One that this release does not have, such as awscli in Ubuntu 24.04, must not keep the others out.
    packages=$(for package in $packages; do ! apt-cache show "$package" >/dev/null 2>&1 || echo "$package"; done)
    # shellcheck disable=SC2086 # a list of words is meant
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $packages >/dev/null ||
        echo "That failed; the tests that need them will say so."
else
    echo "Tests that need these Debian packages cannot run here: $packages"
fi
