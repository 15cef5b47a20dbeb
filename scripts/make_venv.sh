#!/bin/sh
# Make the virtual environment with the first Python that is new enough, and put uv into it.
set -eu
venv=$1

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
can_make_venvs() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

python= lacking=
for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if is_new_enough "$candidate"; then
        if can_make_venvs "$candidate"; then
            python=$candidate
            break
        fi
        lacking=${lacking:-$candidate}
    fi
done

if [ -z "$python$lacking" ]; then
    echo "Houseful needs Python 3.11 or newer; there is none on the PATH." >&2
    exit 1
fi
if [ -z "$python" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing python3-venv…"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq && apt-get install -y -qq "$lacking-venv" >/dev/null
    fi
    if ! can_make_venvs "$lacking"; then
        echo "$lacking lacks venv: install it (on Debian: apt install $lacking-venv)." >&2
        exit 1
    fi
    python=$lacking
fi

echo "Preparing $venv with $("$python" --version)…"
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
