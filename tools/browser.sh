#!/bin/sh
# See to it that there is a browser for the browser tests: sh tools/browser.sh VENV
# A Chromium that is there already is used; Debian's package is installed else; Ubuntu's package is only
# a pointer to a snap, so there Playwright fetches its own build.
set -eu
venv=$1

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1; then sudo "$@"
    else echo "Det behövs rättigheter för att köra: $*" >&2; return 1
    fi
}

distribution=unknown
[ -r /etc/os-release ] && distribution=$(. /etc/os-release && echo "$ID")

if [ "$distribution" = debian ]; then
    missing=
    command -v chromium >/dev/null 2>&1 || missing="chromium"
    # Playwright's driver is a Node.js that needs libatomic, which a minimal Debian lacks.
    [ -n "$(find /usr/lib /lib -name 'libatomic.so.1' -print -quit 2>/dev/null)" ] || missing="$missing libatomic1"
    # One of the clients that SPARQL is tested with.
    command -v curl >/dev/null 2>&1 || missing="$missing curl"
    # The redirect rules of docs/w3id are tested with the server that w3id.org has.
    [ -x /usr/sbin/apache2 ] || missing="$missing apache2-bin"
    if [ -n "$missing" ]; then
        echo "Installerar för webbläsarproven: $missing" >&2
        as_root apt-get update -qq
        # shellcheck disable=SC2086
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null
    fi
elif ! command -v chromium >/dev/null 2>&1 && ! command -v google-chrome >/dev/null 2>&1; then
    "$venv/bin/playwright" install --with-deps chromium
fi
if [ "$distribution" = ubuntu ] && ! { [ -x /usr/sbin/apache2 ] && command -v curl >/dev/null 2>&1; }; then
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq apache2-bin curl >/dev/null
fi
touch "$venv/.ready-browser"
