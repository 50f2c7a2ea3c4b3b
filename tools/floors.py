"""Write the list of chapters into the page of each floor, `nbs/<floor>/index.ipynb`: a link to each, and the sentence under its title.

All other cells of a page are written by hand and kept; a folder of chapters without a page gets one whose title is its name."""
import json
import re
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parent.parent / "nbs"
LIST = "chapters"  # the id of the cell that is written here
KERNEL = {"display_name": "python3", "language": "python", "name": "python3"}


def chapters(floor: Path) -> list[Path]:
    "Return the chapters in the folder `floor`, those of its own before those of its folders."
    found = [path.relative_to(floor) for path in floor.rglob("*.ipynb")]
    kept = [path for path in found if path.name != "index.ipynb" and not any(part.startswith(("_", ".")) for part in path.parts)]
    return sorted(kept, key=lambda path: (len(path.parts), path.as_posix()))


def head(path: Path) -> tuple[str, str]:
    "Return the title of the chapter at `path`, and the sentence that is quoted below it."
    first = "".join(next(cell["source"] for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "markdown"))
    title = re.match(r"# (.+)", first)
    quote = re.search(r"^> .*(?:\n> .*)*", first, re.MULTILINE)
    if not title or not quote:
        raise SystemExit(f"floors: {path} must begin with a title, `# ...`, and a sentence, `> ...`.")
    claim = quote[0].removeprefix("> ").replace("\n> ", " ")
    return title[1], re.sub(r"^Claim \(.*?\): ", "", claim)  # the notebook of a table or figure first names its paper


def table(floor: Path) -> str:
    "Return the table of the chapters in the folder `floor`, in Markdown."
    rows = []
    for path in chapters(floor):
        number = re.match(r"\d+[a-z]?(?=_)", path.name)
        title, claim = (text.replace("|", r"\|") for text in head(floor / path))
        rows.append(f"| [{f'{number[0]} ' if number else ''}{title}]({path.as_posix()}) | {claim} |")
    return "\n".join(["| chapter | what it says |", "|---|---|", *rows, "", "[All floors](../index.ipynb#The-chapters)"])


def main() -> None:
    "Write the pages of all floors."
    for floor in sorted(path for path in NOTEBOOKS.iterdir() if path.is_dir() and chapters(path)):
        page = floor / "index.ipynb"
        if page.exists():
            notebook = json.loads(page.read_text())
        else:
            title = {"cell_type": "markdown", "id": "floor", "metadata": {}, "source": [f"# {floor.name}"]}
            notebook = {"cells": [title], "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5}
        if LIST not in [cell["id"] for cell in notebook["cells"]]:
            notebook["cells"].append({"cell_type": "markdown", "id": LIST, "metadata": {}})
        next(cell for cell in notebook["cells"] if cell["id"] == LIST)["source"] = table(floor).splitlines(keepends=True)
        page.write_text(json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
