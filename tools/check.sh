#!/usr/bin/env bash
# Fail where the package, the notebooks, the pages of the floors or README.md are out of step. Works on a copy, so that it changes nothing here.
set -euo pipefail
cd "$(dirname "$0")/.."
if grep -rlE --include="*.ipynb" '"`(<<<<<<<|>>>>>>>) ' nbs; then
    echo "check: a merge left a conflict in these notebooks; keep one of its cells, and drop the marks" >&2
    exit 1
fi
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar --exclude=__pycache__ --exclude=.ipynb_checkpoints -cf - nbs s3gan tools settings.ini README.md | tar -xf - -C "$copy"
tools/sync.sh "$copy"
for path in nbs s3gan README.md; do
    diff -rq --exclude=__pycache__ --exclude=.ipynb_checkpoints --exclude=.last_checked "$path" "$copy/$path" || out_of_step=1
done
[ -z "${out_of_step:-}" ] || { echo "check: out of step; 'make sync' and look at the difference" >&2; exit 1; }
