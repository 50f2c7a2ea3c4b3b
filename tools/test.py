"""Run every test of the repository: each step with its time, then one line `N passed, N failed`. A step's name as argument runs that step alone."""
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "nbs"
WORK = Path(tempfile.mkdtemp(prefix="s3gan-test-"))  # the tests' own data, runs and reports
ENVIRONMENT = os.environ | {
    "S3GAN_DATA": f"{WORK}/data", "S3GAN_RUNS": f"{WORK}/runs", "S3GAN_REPORTS": f"{WORK}/reports", "OMP_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
}


def command(*words: str, cwd: Path = ROOT, code: int = 0, **more: str) -> str:
    "Run `words` with more environment variables; return stdout; fail with the whole output where the exit code is not `code`."
    done = subprocess.run(words, cwd=cwd, env=ENVIRONMENT | more, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900)
    if done.returncode != code:
        raise AssertionError(f"{' '.join(words)}\nended with {done.returncode}\n{done.stdout[-6000:]}{done.stderr[-6000:]}")
    return done.stdout


def s3gan(*words: str, **more: str) -> str:
    "Run the command `s3gan` as a user does."
    return command(sys.executable, "-m", "s3gan.cli", *words, **more)


def python(code: str) -> str:
    "Run `code` in a fresh process that can import the package but not, by accident, what lies in the current folder."
    return command(sys.executable, "-P", "-c", code, PYTHONPATH=str(ROOT))


def chapter(notebook: Path) -> None:
    "Run the cells of `notebook` in a process of its own, the slow ones too, with folders of its own."
    with tempfile.TemporaryDirectory(dir=WORK) as own:
        folders = {name: f"{own}/{name}" for name in ("S3GAN_DATA", "S3GAN_RUNS", "S3GAN_REPORTS")}
        command("nbdev_test", "--path", str(notebook), "--n_workers", "0", "--flags", "slow", **folders)


def chapters() -> list[Path]:
    "Return the notebooks that are tested by running: all but those in folders with a `.notest`."
    return [n for n in sorted(NOTEBOOKS.rglob("*.ipynb")) if not (n.parent / ".notest").exists() and ".ipynb_checkpoints" not in n.parts]


def in_step() -> None:
    "The package is what the notebooks export, the notebooks are clean, README.md is rendered."
    command("tools/check.sh")


def links() -> None:
    "Every relative link and picture of README.md exists."
    text = (ROOT / "README.md").read_text()
    found = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'(?:src|href)="([^"#]+)"', text)
    missing = [link for link in found if not link.startswith("http") and not (ROOT / link).exists()]
    assert found and not missing, f"README.md links to what is not there: {missing}"


def names() -> None:
    "ruff finds no undefined or unused name in the package and the tools."
    command("ruff", "check", "--quiet", "--select", "F", "s3gan", "tools")


def modules() -> Iterator[str]:
    "Yield the dotted name of every module of the package."
    for path in sorted((ROOT / "s3gan").rglob("*.py")):
        if path.name != "_modidx.py":
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports() -> None:
    "In a fresh process every module can be imported without the notebook tools, and none drags in the slow packages."
    blocked = ["nbdev", "fastcore", "execnb", "IPython", "papermill", "nbconvert"]
    slow = ["torchvision", "sklearn", "torch_fidelity", "pandas", "matplotlib"]
    python(f"import sys, importlib\nfor name in {blocked}: sys.modules[name] = None\n"
           f"for name in {list(modules())}: importlib.import_module(name)\n"
           f"dragged = [name for name in {slow} if name in sys.modules]\nassert not dragged, dragged")


def light() -> None:
    "`import s3gan` takes less than 0.3 s and `s3gan --help` less than a second, without torch."
    timed = "import time; t = time.perf_counter(); import s3gan; print(time.perf_counter() - t)"
    assert min(float(python(timed)) for _ in range(3)) < 0.3
    python("import sys, s3gan.cli; assert 'torch' not in sys.modules and 'numpy' not in sys.modules")
    start = time.perf_counter()
    s3gan("--help")
    assert time.perf_counter() - start < 1


def parameters() -> None:
    "Every experiment notebook has one cell tagged `parameters` and a kernel papermill can start."
    experiments = sorted((NOTEBOOKS / "papers").rglob("*.ipynb"))
    assert experiments
    for path in experiments:
        notebook = json.loads(path.read_text())
        tagged = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])]
        assert len(tagged) == 1, f"{path}: {len(tagged)} cells tagged parameters"
        assert notebook["metadata"]["kernelspec"] == {"display_name": "python3", "language": "python", "name": "python3"}, path
        assert (path.parent / ".notest").exists(), f"{path.parent} lacks .notest: nbdev_test would run the experiment"
