#!/bin/sh
# Run a command with Node: the one in the virtual environment, else one of the system's.
set -eu
major() { node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p'; }

PATH="$PWD/.venv/bin:$PATH"
if [ "$(major)" ]; then exec "$@"; fi

PATH=$(printf %s "$PATH" | tr : '\n' | grep -vxF "$PWD/.venv/bin" | paste -sd : -)
found=$(major)
if [ "${found:-0}" -ge 20 ]; then exec "$@"; fi
echo "Houseful's islands need Node 20 or newer, and the one in .venv does not run here: install Node." >&2
exit 1
