"""Run every test of the repository: each step with its time, then one line `N passed, N failed`.

A step's name as argument, as `processes` or `52_scores`, runs that step alone. OMP_NUM_THREADS is 1 where it is not given."""
import ast
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "nbs"
WORK = Path(tempfile.mkdtemp(prefix="s3gan-test-"))  # the tests' own data, runs and reports
ENVIRONMENT = {"OMP_NUM_THREADS": "1"} | os.environ | {
    "S3GAN_DATA": f"{WORK}/data", "S3GAN_RUNS": f"{WORK}/runs", "S3GAN_REPORTS": f"{WORK}/reports",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
}
# PyTorch's cache of compiled code does not know of it: code for wider vectors than are allowed would be taken from there
if "ATEN_CPU_CAPABILITY" in os.environ:
    ENVIRONMENT["TORCHINDUCTOR_CACHE_DIR"] = f"{WORK}/inductor"


def command(*words: str, cwd: Path = ROOT, code: int = 0, **more: str) -> str:
    "Run `words` with more environment variables; return stdout; fail with the whole output where the exit code is not `code`."
    done = subprocess.run(words, cwd=cwd, env=ENVIRONMENT | more, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900)
    if done.returncode != code:
        raise AssertionError(f"{' '.join(words)[:300]}\nended with {done.returncode}\n{done.stderr[-4000:]}\nbefore that, on "
                             f"stdout:\n{done.stdout[-2000:]}")
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
    "Return the notebooks that are tested by running: all but those in folders with a `.notest`, and the pages of the floors."
    return [n for n in sorted(NOTEBOOKS.rglob("*.ipynb")) if not (n.parent / ".notest").exists() and ".ipynb_checkpoints" not in n.parts
            and n not in floors()]


def floors() -> list[Path]:
    "Return the pages of the floors, which list their chapters and hold no code."
    return sorted(NOTEBOOKS.glob("*/index.ipynb"))


def in_step() -> None:
    "The package is what the notebooks export, the notebooks are clean, the floors' pages list their chapters, README.md is rendered."
    command("tools/check.sh")


def links() -> None:
    "Every relative link and picture of README.md and of the floors' pages exists; no page of a floor holds code."
    pages = {ROOT / "README.md": (ROOT / "README.md").read_text()}
    for path in floors():
        cells = json.loads(path.read_text())["cells"]
        assert {cell["cell_type"] for cell in cells} == {"markdown"}, f"{path} holds code, which nobody would run"
        pages[path] = "\n".join("".join(cell["source"]) for cell in cells)
    for page, text in pages.items():
        found = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'(?:src|href)="([^"#]+)"', text)
        missing = [link for link in found if not link.startswith("http") and not (page.parent / link).exists()]
        assert found and not missing, f"{page} links to what is not there: {missing}"


def names() -> None:
    "ruff finds no undefined or unused name in the package and the tools."
    command("ruff", "check", "--quiet", "--select", "F", "s3gan", "tools")


OLD_WORDS = {  # names of before the field's words came: none may come back as the name of a function, class, field or parameter
    "turned", "all_views", "TURNS", "represent", "said_by", "judge", "settled", "as_encoder", "later", "ways_in_z", "arc", "images_at",
    "Held", "Tally", "Sums", "in_turn", "besides", "effects", "conduct",
    "leave_record", "noted", "sitting", "nursery", "stand_in", "be_trainer", "order", "stream", "share", "draw_fakes", "Fed", "fed", "Seen",
    "see_batch", "see_fakes", "weights_of", "told", "told_by", "sitting_s", "learn", "paid", "slope", "spread",
}


def names_of(node: ast.AST) -> list[str]:
    "Return the names that the definition `node` brings: its own, and its parameters or fields."
    if isinstance(node, ast.FunctionDef):
        return [node.name, *(a.arg for a in (*node.args.args, *node.args.kwonlyargs))]
    if isinstance(node, ast.ClassDef):
        return [node.name, *(s.target.id for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name))]
    return []


def words() -> None:
    "No definition of the package has a name of before the field's words came."
    found = {(path.name, name) for path in (ROOT / "s3gan").rglob("*.py") if path.name != "_modidx.py"
             for node in ast.walk(ast.parse(path.read_text())) for name in names_of(node)}
    left = sorted(pair for pair in found if pair[1] in OLD_WORDS)
    assert len(found) > 1000 and not left, left


def modules() -> Iterator[str]:
    "Yield the dotted name of every module of the package."
    for path in sorted((ROOT / "s3gan").rglob("*.py")):
        if path.name != "_modidx.py":
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def columns() -> None:
    "No line of code in a notebook is longer than 140 columns."
    long = []
    for path in NOTEBOOKS.rglob("*.ipynb"):
        for cell in json.loads(path.read_text())["cells"]:
            if cell["cell_type"] == "code":
                long += [(path.name, cell["id"], len(line)) for line in "".join(cell["source"]).splitlines() if len(line) > 140]
    assert not long, long


FLOORS = {"core": 0, "data": 0, "models": 1, "objectives": 2, "papers": 3, "methods": 3, "games": 3, "training": 4, "evaluation": 5,
          "runs": 6, "grids": 7, "bench": 8, "reports": 8,
          "cli": 9, "__init__": 9}


def layers() -> None:
    "Imports, those inside functions and strings too, only point down; no room holds more than a fifth of the lines."
    wrong, lines = [], {}
    for path in (ROOT / "s3gan").rglob("*.py"):
        parts, text = path.relative_to(ROOT / "s3gan").with_suffix("").parts, path.read_text()
        if path.name == "_modidx.py":
            continue
        lines[parts[0]] = lines.get(parts[0], 0) + text.count("\n")
        # from ..core.files
        found = {node.module or "" for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom) and node.level == len(parts)}
        found |= set(re.findall(r"(?:from|import) s3gan\.([a-z_.]+)", text))
        wrong += [(".".join(parts), name) for name in found if FLOORS[name.partition(".")[0]] > FLOORS[parts[0]]]
    large = {room: count for room, count in lines.items() if count > sum(lines.values()) / 5}
    assert not wrong and not large, (wrong, large)


def imports() -> None:
    "In a fresh process every module can be imported without the notebook tools, and none drags in the slow packages."
    blocked = ["nbdev", "fastcore", "execnb", "IPython", "papermill", "nbconvert"]
    slow = ["torchvision", "sklearn", "torch_fidelity", "pandas", "matplotlib"]
    python(f"import sys, importlib\nfor name in {blocked}: sys.modules[name] = None\n"
           f"for name in {list(modules())}: importlib.import_module(name)\n"
           f"dragged = [name for name in {slow} if name in sys.modules]\nassert not dragged, dragged")


def light() -> None:
    "Neither `import s3gan` nor `s3gan --help` loads torch, numpy or another of the slow packages."
    slow = ["torch", "numpy", "scipy", "torchvision", "sklearn", "pandas", "matplotlib"]
    dragged = f"dragged = [name for name in {slow} if name in sys.modules]\nassert not dragged, dragged"
    python(f"import sys, s3gan\n{dragged}")
    python(f"import sys, s3gan.cli\nsys.argv = ['s3gan', '--help']\ntry: s3gan.cli.main()\nexcept SystemExit as end: assert not "
           f"end.code\n{dragged}")


def packed() -> None:
    """The source archive, and what is installed from it, hold all that the package needs: the weights that come with it and the mark that
    it has type hints, too."""
    import tarfile
    with tempfile.TemporaryDirectory(dir=WORK) as own:
        command(sys.executable, "setup.py", "-q", "egg_info", "--egg-base", own, "sdist", "--dist-dir", f"{own}/dist")
        with tarfile.open(next(Path(own, "dist").iterdir())) as archive:
            held = {name.partition("/")[2] for name in archive.getnames()}
            archive.extractall(own, filter="data")
        command(sys.executable, "setup.py", "-q", "build_py", "--build-lib", f"{own}/built", cwd=next(Path(own).glob("s3gan-*")))
        built = {str(path.relative_to(f"{own}/built")) for path in Path(own, "built").rglob("*")}
    needed = {str(path.relative_to(ROOT)) for ending in ("*.py", "*.safetensors")
              for path in (ROOT / "s3gan").rglob(ending)} | {"s3gan/py.typed"}
    assert any(name.endswith(".safetensors") for name in needed) and needed <= held, (
        f"not in the source archive: {sorted(needed - held)[:5]}"
    )
    assert needed <= built, f"not installed: {sorted(needed - built)[:5]}"


def parameters() -> None:
    "Every experiment notebook has one cell tagged `parameters` and a kernel papermill can start."
    experiments = sorted(path for path in (NOTEBOOKS / "papers").rglob("*.ipynb") if path not in floors())
    assert experiments
    for path in experiments:
        notebook = json.loads(path.read_text())
        tagged = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])]
        assert len(tagged) == 1, f"{path}: {len(tagged)} cells tagged parameters"
        assert notebook["metadata"]["kernelspec"] == {"display_name": "python3", "language": "python", "name": "python3"}, path
        assert (path.parent / ".notest").exists(), f"{path.parent} lacks .notest: nbdev_test would run the experiment"


def command_line() -> None:
    "The commands that answer at once do so, in JSON where a program asks."
    assert {"biggan", "single_label", "random_label", "biggan_k"} <= {row["name"] for row in json.loads(s3gan("methods", "--json"))}
    assert "digits" in [row["name"] for row in json.loads(s3gan("profiles", "--json"))]
    networks = json.loads(s3gan("describe", "--arch", "biggan", "--resolution", "128", "--classes", "1000", "--channels", "96", "--json"))
    assert (networks["generator"]["parameters"], networks["discriminator"]["parameters"]) == (70_433_988, 87_982_370)
    assert json.loads(s3gan("doctor", "--json"))["storage"]["data"]["folder"] == f"{WORK}/data"
    assert "0 done" in s3gan("reproduce", "--dry-run")
    command(sys.executable, "-m", "s3gan.cli", "run", "--method", "bigan", code=2)
    assert not (WORK / "runs").exists(), "a command that should only look has written"


CPU_THREADS = int(ENVIRONMENT["OMP_NUM_THREADS"].partition(",")[0])  # "4,2" is for nested teams
THREADS = ("--set", f"training.threads={CPU_THREADS}")  # a run alone takes all cores, and here it is not alone
SHORT = ("--set", "training.steps=6", "--set", "evaluation.samples=100", "--set", "evaluation.standing_batches=2")
SMALL = (*SHORT, *THREADS, "--set", "training.log_every=1")
# of float32 through 20 layers, each with sums of at most 9 x 128 products whose errors have random signs: 4e-5
ROUNDING = 20 * (9 * 128) ** 0.5 * 2**-24

# A ReLU turns over where rounding is larger than what it sees: of normal numbers 2 / (2 pi)**0.5 = 0.8 times ROUNDING, in each of 20
# layers. The turned part of a gradient is as
# the root of their share, and so much can its norm change at most; twice, for not all weigh the same: 0.05. That the gradients themselves
# agree, with a smooth function for ReLU, shows chapter 43a.
TURNED = 2 * (20 * 0.8 * ROUNDING) ** 0.5


def near(a: float, b: float, bound: float) -> bool:
    "Return whether `a` is `b` but for an error of `bound`, relative to the larger of `b` and 1."
    return abs(a - b) <= bound * max(1, abs(b))


def logged(folder: str, *names: str) -> list[float]:
    "Return the numbers `names` of all steps in the log of the run in `folder`."
    rows = [row for row in map(json.loads, (Path(folder) / "log.jsonl").read_text().splitlines()) if row["kind"] == "train"]
    return [row[name] for row in rows for name in names]


def members(mark: str) -> list[int]:
    "Return the processes whose environment has `mark`; Linux only."
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # it has just ended
            if mark.encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def listening(process: int) -> set[str]:
    "Return the addresses, in the kernel's hexadecimal, on which `process` listens for TCP."
    sockets, found = {}, set()
    with suppress(OSError):
        for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
            rows = map(str.split, table.read_text().splitlines()[1:] if table.exists() else ())
            sockets |= {f"socket:[{row[9]}]": row[1].split(":")[0] for row in rows if row[3] == "0A"}
        for link in Path(f"/proc/{process}/fd").iterdir():
            found.add(sockets.get(os.readlink(link), ""))
    return found - {""}


def watched(*words: str, **more: str) -> tuple[str, set[str]]:
    "Run the command `s3gan` as a user does; return stdout and the addresses on which it or a process that it started listened."
    mark, heard = f"S3GAN_TEST_MARK={time.monotonic_ns()}", set()
    started = [sys.executable, "-m", "s3gan.cli", *words]
    with tempfile.TemporaryFile("w+", dir=WORK) as out:
        done = subprocess.Popen(started, cwd=ROOT, env=ENVIRONMENT | more | dict([mark.split("=")]), stdin=subprocess.DEVNULL, stdout=out,
                                stderr=out)
        while done.poll() is None:
            heard.update(*map(listening, members(mark)))
            time.sleep(0.3)
        out.seek(0)
        text = out.read()
    assert done.returncode == 0, text[-6000:]
    return text[text.index("\n{\n"):], heard


def loopback(address: str) -> bool:
    "Return whether `address`, in the kernel's hexadecimal, is 127.x.x.x or ::1."
    return address.endswith("7F") and len(address) in (8, 32) or address == "00000000000000000000000001000000"


def processes() -> None:
    "Two processes see the losses and gradients that one does; the finished run is listed, drawn from, scored again, and not trained again."
    # Rates that move no weight: each of the 6 batches is then compared at equal weights. Otherwise Adam's first steps, signs of gradients,
    # turn rounding into steps.
    words, folders = (*SMALL, "--set", "training.g_lr=1e-12", "--set", "training.d_lr=1e-12"), {"S3GAN_RUNS": f"{WORK}/runs-of-one"}
    one = json.loads(s3gan("run", *words, "--json", **folders))
    said, heard = watched("run", *words, "--json", "--processes", "2", S3GAN_RUNS=f"{WORK}/runs-of-two")
    two = json.loads(said)
    assert heard and all(map(loopback, heard)), f"another machine could speak with the training: {heard}"
    with socket.create_server(("", 0)):
        assert not all(map(loopback, listening(os.getpid()))), "a port that is open to all is not seen as such"
    assert (one["status"], two["status"], one["hash"]) == ("done", "done", two["hash"])
    for names, bound in ((("d_loss", "g_loss"), ROUNDING), (("d_gradient", "g_gradient"), TURNED)):
        pairs = list(zip(logged(one["folder"], *names), logged(two["folder"], *names), strict=True))
        assert len(pairs) == 12 and all(near(a, b, bound) for a, b in pairs), pairs
    stamp = (Path(one["folder"]) / "record.json").stat().st_mtime_ns
    again = json.loads(s3gan("run", *words, "--json", **folders))
    assert again["record"] == one["record"] and (Path(one["folder"]) / "record.json").stat().st_mtime_ns == stamp
    assert [(r["hash"], r["status"]) for r in json.loads(s3gan("runs", "--json", **folders))] == [(one["hash"], "done")]
    s3gan("sample", one["hash"], "--classes", "0,1", "--n", "2", "--out", f"{WORK}/grid.png", **folders)
    assert (WORK / "grid.png").read_bytes().startswith(b"\x89PNG")
    scored = json.loads(s3gan("evaluate", one["hash"], "--json", **folders))["scores"]
    assert "fd_local" in scored and scored.keys() < one["record"]["scores"].keys()  # the record has scores of classes, too
    fd, again = scored["fd_local"]["mean"], one["record"]["scores"]["fd_local"]["mean"]
    # a square of differences of features that are about as long as the features: G and the extractor twice
    assert near(fd, again, 4 * ROUNDING), (fd, again)


LEAST = ("--set", "training.steps=30", "--set", "training.save_every=1", "--set", "evaluation.samples=60", "--set",
         "evaluation.standing_batches=1", *THREADS)


def stopped(words: tuple[str, ...], number: int, everybody: bool, ready: Callable[[], object], folder: Path) -> None:
    """Run `words`, send the signal `number` once `ready()`, to all processes of the terminal or to the first alone, and see that it says so
    and leaves nothing."""
    mark = {"S3GAN_RUNS": f"{folder}/runs", "S3GAN_REPORTS": f"{folder}/reports", "TMPDIR": f"{folder}/tmp"}
    Path(mark["TMPDIR"]).mkdir(parents=True, exist_ok=True)
    with open(folder / "said", "w") as out:
        process = subprocess.Popen([sys.executable, "-m", "s3gan.cli", *words], cwd=ROOT, env=ENVIRONMENT | mark, stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=out,
                                   start_new_session=True)
    until = time.monotonic() + 120
    while not ready():
        assert process.poll() is None and time.monotonic() < until, (folder / "said").read_text()[-6000:]
        time.sleep(0.02)
    os.killpg(process.pid, number) if everybody else process.send_signal(number)
    code, said = process.wait(60), (folder / "said").read_text()
    assert code == 128 + number and "Traceback" not in said, (code, said[-6000:])
    assert said.splitlines()[-1] == "interrupted; the same command goes on from the last checkpoint", said[-6000:]
    until = time.monotonic() + 20
    while (left := members(f"S3GAN_RUNS={folder}/runs")) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left, [Path(f"/proc/{pid}/cmdline").read_text() for pid in left]
    assert not list(Path(mark["TMPDIR"]).glob("s3gan*"))


def interrupted() -> None:
    """Ctrl-C and SIGTERM end a run and a grid with a sentence and leave no process and no temporary folder; the same command goes on, and
    removes what a killed one left."""
    folder = WORK / "interrupted"
    def checkpoints() -> list[Path]:
        return sorted(folder.glob("runs/*/checkpoints/step_*.pt"))
    words = ("run", *LEAST, "--set", "evaluation.kid_prc=no", "--json")
    stopped((*words, "--processes", "2"), signal.SIGINT, True, checkpoints, folder)
    first = checkpoints()[-1]
    stopped(words, signal.SIGTERM, False, lambda: checkpoints()[-1] > first, folder)
    assert not list(folder.rglob(".*.tmp"))
    begun = int(checkpoints()[-1].stem.removeprefix("step_"))
    half, dead = first.with_name(".step_00000001.pt.12345.tmp"), folder / "tmp" / "s3gan-temporary-dead"
    half.write_text("half")
    dead.mkdir()
    os.utime(dead, (0, 0))
    done = json.loads(s3gan(*words, S3GAN_RUNS=f"{folder}/runs", TMPDIR=f"{folder}/tmp"))
    assert 0 < begun < 30 and done["status"] == "done" and not half.exists() and not dead.exists()
    steps = [row["step"] for row in map(json.loads, (Path(done["folder"]) / "log.jsonl").read_text().splitlines())
             if row["kind"] == "train"]
    assert steps == sorted(set(steps)) and steps[-1] == 30, steps
    grid = WORK / "interrupted-grid"
    tables = ("reproduce", "s3gan/table2", "--seeds", "0", "--percents", "10", "--jobs", "2", "--set", "training.save_every=1", *SHORT,
              "--set", "training.steps=500")
    stopped(tables, signal.SIGINT, True, lambda: len(list(grid.glob("runs/*/checkpoints/step_*.pt"))) > 1, grid)


def own_images() -> None:
    "A folder of images with a CSV of a few labels trains and scores with one command."
    from PIL import Image
    folder, names = WORK / "own", [f"{i:02d}.png" for i in range(60)]
    folder.mkdir()
    for i, name in enumerate(names):
        Image.new("RGB", (20, 24), (250, 4 * i, 30) if i % 2 else (30, 4 * i, 250)).save(folder / name)
    rows = [f"{name},{'red' if i % 2 else 'blue'}" for i, name in enumerate(names) if i % 3]
    (folder / "labels.csv").write_text("\n".join(["path,label", *rows]) + "\n")
    (folder / "broken.png").write_bytes(b"")
    words = ("run", "--data", "folder", "--data-root", str(folder), "--labels-csv", "labels.csv", "--skip-broken", "--method", "biggan_k",
             *SMALL, "--set", "evaluation.kid_prc=no")
    made = json.loads(s3gan(*words, "--json", S3GAN_RUNS=f"{WORK}/runs-of-own"))
    assert made["status"] == "done" and made["config"]["data"]["classes"] == 2 and 0 < made["record"]["labels"]["count"] <= len(rows)
    assert json.loads((Path(made["folder"]) / "broken.json").read_text()) == {"broken.png": "empty"}
    assert (Path(made["folder"]) / "labels.txt").exists() and made["record"]["scores"]["fd_local"]["mean"] > 0
    noise, shown = made["record"]["anchors"]["noise"]["scores"]["fd_local"], s3gan(*words, S3GAN_RUNS=f"{WORK}/runs-of-own")
    assert f"noise {noise:.4g}" in shown and "caution: scores of only 12 real images" in shown, shown
    s3gan("label", "--data-root", str(folder), "--labels-csv", str(folder / "labels.csv"), "--skip-broken", "--out", f"{WORK}/all.csv",
          "--set", "pretrain.width=1",
          "--set", "pretrain.batch=16", "--set", "pretrain.unlabelled=8", "--set", "pretrain.epochs=2", *THREADS,
          S3GAN_RUNS=f"{WORK}/runs-of-own")
    inferred = (WORK / "all.csv").read_text().splitlines()
    assert (
        len(inferred) == 61
        and inferred[0] == "path,label,confidence,given"
        and {row.split(",")[1] for row in inferred[1:]} <= {"red", "blue"}
    )


def encoder() -> None:
    """Two methods started together share one F: one trains it, the other waits. Damaged, it is made again; collapsed, it is the reason why
    a method is refused, each time."""
    from PIL import Image
    for split, kind, i in ((split, kind, i) for split in ("train", "test") for kind in ("red", "blue") for i in range(6)):
        path = WORK / "few" / split / kind / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (16, 16), (250, 40 * i, 30) if kind == "red" else (30, 40 * i, 250)).save(path)
    pretrain = ("batch=8", "unlabelled=4", "resolution=8", "epochs=2")
    words = ("--data", "folder", "--data-root", f"{WORK}/few", *SMALL,
             *(word for setting in pretrain for word in ("--set", f"pretrain.{setting}")), "--json")
    folders = {"S3GAN_RUNS": f"{WORK}/runs-of-encoder"}
    with ThreadPoolExecutor(2) as pool:
        made = [json.loads(out) for out in pool.map(lambda method: s3gan("run", "--method", method, *words, **folders), ("s2gan", "s3gan"))]
    assert [run["status"] for run in made] == ["done", "done"] and made[0]["record"]["labels"]["inferred_sha256"] == made[1]["record"][
        "labels"
    ]["inferred_sha256"]
    [array] = Path(folders["S3GAN_RUNS"]).glob("*/probabilities.npy")
    whole = array.read_bytes()
    array.write_bytes(whole[:-4])
    again = json.loads(s3gan("run", "--method", "s2gan", "--seed", str(2**32), *words, **folders))
    assert again["record"]["labels"]["inferred_sha256"] == made[0]["record"]["labels"]["inferred_sha256"] and array.read_bytes() == whole
    for _ in range(2):
        command(sys.executable, "-m", "s3gan.cli", "run", "--method", "s2gan", *words, "--set", "pretrain.lr=1e30", code=2, **folders)
    collapsed = [run["method"] for run in json.loads(s3gan("runs", "--json", **folders)) if run["status"] == "collapsed"]
    assert collapsed == ["s2l"], collapsed


def papermill() -> None:
    "The notebook of one run does a run by papermill, and leaves its record."
    output, runs = WORK / "run.ipynb", WORK / "runs-of-papermill"
    changes = {"training.steps": 4, "training.threads": CPU_THREADS, "evaluation.samples": 100, "evaluation.standing_batches": 2}
    command("papermill", str(NOTEBOOKS / "papers" / "run.ipynb"), str(output), "-r", "method", "single_label", "-y",
            json.dumps({"changes": changes}),
            "--no-progress-bar", S3GAN_RUNS=str(runs))
    records = [json.loads(path.read_text()) for path in runs.glob("*/record.json")]
    assert [(r["status"], r["method"]) for r in records] == [("done", "single_label")]


def s3gan_paper() -> None:
    """The main job and then all tables of S3GAN, with tiny runs of every method, side by side: feature extractors first, then GANs, then
    the reports; what is made is not made again."""
    words = ("--seeds", "0", "--percents", "10", *SHORT, *THREADS, "--set", "evaluation.kid_prc=no", "--set", "training.steps=2", "--set",
             "pretrain.epochs=1", "--set", "pretrain.resolution=8", "--set", "evaluation.sets=1")
    folders = {"S3GAN_RUNS": f"{WORK}/runs-of-paper", "S3GAN_REPORTS": f"{WORK}/reports-of-paper"}
    s3gan("reproduce", "--jobs", "2", *words, **folders)
    page = (WORK / "reports-of-paper" / "README.md").read_text()
    assert "SINGLE LABEL" in page and "S3GAN-CO" in page and "fd_local" in page
    assert "9 done, 0 to make" in s3gan("reproduce", *words, "--dry-run", **folders)
    assert "39 runs: 9 done, 30 to make" in s3gan("reproduce", "s3gan", "--jobs", "2", *words, **folders)
    plan = json.loads(s3gan("reproduce", "s3gan", *words, "--dry-run", "--json", **folders))
    assert {run["status"] for run in plan["runs"]} == {"done"} and len(plan["runs"]) == 39, [
        r for r in plan["runs"] if r["status"] != "done"
    ]
    told = ("from s3gan.bench.studies import PARTS, grid_times; runs = grid_times(); assert len(runs) == 39 and all(run[part] >= 0 for "
            "run in runs for part in PARTS), runs")
    command(sys.executable, "-P", "-c", told, PYTHONPATH=str(ROOT), **folders)
    made = WORK / "reports-of-paper" / "digits" / "s3gan"
    tables, figures = ({path.stem for path in (made / part).iterdir()} for part in ("tables", "figures"))
    wanted = {*(f"table{n}" for n in (2, 3, 4, 5, 12, 13, 14)),
              *(f"sweep_{n}" for n in ("clusters", "beta", "alpha", "lambda", "gamma_b", "labels")), "headline", "cost"}
    assert wanted <= tables and {f"figure{n}" for n in (1, 2, *range(7, 22))} <= figures, (wanted - tables, figures)
    assert "S3GAN-CO" in (WORK / "reports-of-paper" / "README.md").read_text()


STEPS = {step.__name__: step for step in (in_step, links, names, words, columns, layers, imports, light, packed, parameters, command_line,
                                          processes, interrupted, own_images, encoder, papermill, s3gan_paper)}
# these start first, so that the pool ends together
LONGEST = ("s3gan_paper", "43a_steps", "91_errors", "54_encoders", "90_cli", "42a_faster", "processes", "interrupted", "encoder",
           "44_trainer")


def tried(name: str, step: Callable[[], None]) -> bool:
    "Run `step`, print how it went and how long it took, and return whether it passed."
    start = time.monotonic()
    try:
        step()
        error = None
    except Exception as caught:
        error = caught
    told = [f"{'ok    ' if error is None else 'FAILED'}  {time.monotonic() - start:6.1f} s  {name}"]
    if error is not None:
        told.append(f"{type(error).__name__}: {error}" if isinstance(error, AssertionError) else repr(error))
    print("\n".join(told), flush=True)
    return error is None


def main(wanted: list[str]) -> None:
    "Run the steps `wanted`, or all of them and all chapters, two at a time, the longest first."
    start = time.monotonic()
    steps = STEPS | {path.stem: (lambda path=path: chapter(path)) for path in chapters()}
    wanted = [name.removesuffix(".ipynb") for name in wanted] or list(steps)
    unknown = [name for name in wanted if name not in steps]
    if unknown:
        sys.exit(f"no step {', '.join(unknown)}; there are {', '.join(steps)}")
    # a shell that starts this in the background ignores Ctrl-C, and so would all that is started here
    signal.signal(signal.SIGINT, signal.default_int_handler)
    chosen = sorted(wanted, key=lambda name: LONGEST.index(name) if name in LONGEST else len(LONGEST))
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda name: tried(name, steps[name]), chosen))
    shutil.rmtree(WORK, ignore_errors=True)
    print(f"{time.monotonic() - start:.0f} s")
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed", flush=True)
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
