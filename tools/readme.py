"""Render nbs/index.ipynb, with the outputs stored in it, to README.md."""
import re
from pathlib import Path

import nbformat
from nbconvert import MarkdownExporter
from nbconvert.preprocessors import RegexRemovePreprocessor

root = Path(__file__).resolve().parent.parent
notebook = nbformat.read(root / "nbs" / "index.ipynb", as_version=4)
notebook.metadata["language_info"] = {"name": "python"}  # nbdev_clean drops it; the code fences need it
exporter = MarkdownExporter()
exporter.register_preprocessor(RegexRemovePreprocessor(patterns=[r"#\|\s*hide"]), enabled=True)
text, resources = exporter.from_notebook_node(notebook)
if resources.get("outputs"):
    raise SystemExit("readme: index.ipynb stores a picture in an output; link a file under reports/ instead.")
text = re.sub(r'(\]\(|src=")(?![a-z]+:|/|#)', r"\1nbs/", text).replace("nbs/../", "")  # links are relative to nbs/ in the notebook
(root / "README.md").write_text(re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", encoding="utf-8")
