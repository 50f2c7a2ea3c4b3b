#!/usr/bin/env bash
# Teach this clone to merge and to compare notebooks cell by cell and to leave generated files to 'make sync', and check each commit where pre-commit is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin
git config merge.nbdev-merge.name "notebooks, cell by cell"
git config merge.nbdev-merge.driver "PATH='$bin':\"\$PATH\" nbdev_merge %O %A %B %P"
git config diff.notebook.textconv "'$bin/python' tools/notebook_text.py"
git config merge.generated.name "ours; 'make sync' makes it anew"
git config merge.generated.driver true
echo "hooks: notebooks are merged cell by cell, and a difference shows their cells without outputs; generated files are kept as ours, and 'make sync' makes them anew"
if PATH="$bin:$PATH" command -v pre-commit >/dev/null; then
    PATH="$bin:$PATH" pre-commit install --hook-type pre-commit --hook-type pre-merge-commit
else
    echo "hooks: no pre-commit, so commits are not checked; '.venv/bin/pip install pre-commit', then this again"
fi
