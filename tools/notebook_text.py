"""Print a notebook as text, cell by cell and without outputs: what `git diff` shows of it (`make hooks`)."""
import json
import sys

for number, cell in enumerate(json.load(open(sys.argv[1], encoding="utf-8"))["cells"]):
    print(f"# %% {number} {cell['cell_type']}", "".join(cell["source"]), "", sep="\n")
