#!/bin/sh
# Make the virtual environment and install Pivi into it: sh tools/setup.sh VENV [dev|bench]
set -eu
venv=$1
extra=${2:-}
python=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1; then sudo "$@"
    else return 1
    fi
}

if ! command -v "$python" >/dev/null 2>&1; then
    say "python3 saknas. Installera Python 3.11 eller nyare och kör make igen."
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "Pivi behöver Python 3.11 eller nyare; $python är $("$python" -V). Kör: make PYTHON=python3.12"
    exit 1
fi
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    # Debian ships python3 without ensurepip; without it a virtual environment has no pip.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        say "Installerar python3-venv, som Debians python3 saknar."
        if ! { as_root apt-get update -qq && as_root apt-get install -y -qq python3-venv >/dev/null; }; then
            say "Det gick inte. Installera paketet python3-venv och kör make igen."
            exit 1
        fi
    fi
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi

quiet="--quiet --disable-pip-version-check"
if [ -n "$extra" ]; then
    say "Installerar det som make behöver för $extra …"
    "$venv/bin/python" -m pip install $quiet --constraint constraints.txt --editable ".[$extra]"
    touch "$venv/.ready-$extra"
else
    say "Installerar Pivi i $venv …"
    "$venv/bin/python" -m pip install $quiet --constraint constraints.txt --editable .
    touch "$venv/.ready"
fi
