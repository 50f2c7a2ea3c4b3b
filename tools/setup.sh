#!/usr/bin/env bash
# Install this checkout with everything it needs: tools/setup.sh PYTHON VENV
set -euo pipefail
python=$1 venv=$2
stop() { echo "setup: $*" >&2; exit 2; }

command -v "$python" >/dev/null || stop "no '$python' here; install Python 3.11 or newer, or name one: make setup PYTHON=/path/to/python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "$("$python" --version 2>&1) is too old; name Python 3.11 or newer: make setup PYTHON=/path/to/python3.11"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv" ||
    stop "'$python -m venv' failed; on Debian and Ubuntu: apt install python3-venv"

# uv downloads in parallel: seconds or a minute instead of minutes. Where it fails, plain pip does the same. Compiled bytecode halves the time of every import.
echo "setup: installing into $venv ..."
install() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
if install --constraint constraints.txt uv && "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" \
        --constraints constraints.txt --build-constraints constraints.txt --compile-bytecode --editable '.[notebooks]'; then :
else
    echo "setup: uv could not do it; trying pip (a few minutes) ..."
    install --constraint constraints.txt --editable '.[notebooks]'
fi
echo "setup: done"
