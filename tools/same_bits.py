"""Train every method for a few steps in two trees of this repository and compare what they leave, bit for bit.

    python tools/same_bits.py OLD NEW [METHOD[:VARIANT[:VARIANT]] ...]

OLD and NEW are checkouts; the packages installed for this Python serve both. Of each run the weights of the networks, their average, the
scores and all numbers of the log that both have are
compared. Without names: every method as it is, and some of them in each of the other ways to train. Of two variants the first is that of
OLD: `. . biggan:plain:resumed` compares an uninterrupted run with one that was stopped. The exit code is 1 where something differs."""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SHORT = {"training.steps": 6, "training.log_every": 1, "training.save_every": 3, "training.ema_start": 2, "training.threads": 1,
         "evaluation.samples": 100, "evaluation.standing_batches": 2,
         "evaluation.sets": 1, "evaluation.kid_prc": "no", "pretrain.epochs": 1, "pretrain.resolution": 8}
VARIANTS = {
    "plain": {}, "processes": {"training.processes": 2}, "accumulate": {"training.accumulate": 2, "pretrain.accumulate": 2},
    "bf16": {"training.precision": "bf16", "pretrain.precision": "bf16"},
    "tiles": {"training.tiles": "yes"}, "together": {"training.fakes_together": "yes"}, "recompute": {"training.recompute": "yes"},
    "evaluated": {"evaluation.every": 2, "training.sample_every": 1},
    "resumed": {},
}
ELSEWHERE = [f"{method}:{variant}" for variant in list(VARIANTS)[1:] for method in ("biggan", "s3gan_co", "s2l")]
STOP = ("import sys\nfrom unittest.mock import patch\nimport s3gan.training.checkpoints as c\nkept = c.save_checkpoint\ndef stops(*a, "
        "**k):\n    kept(*a, **k)\n    raise SystemExit(0)\nimport s3gan.training.trainer as t\nt.save_checkpoint = stops\ntry:\n    "
        "import s3gan.training.pretrainer as p; p.save_checkpoint = stops\nexcept ImportError: pass\ntry: from s3gan.runs.train import "
        "worker\nexcept ImportError: from s3gan.experiments.train import worker\nworker(['--config', sys.argv[1]])")


def run(tree: Path, method: str, variant: str, home: Path) -> Path:
    "Train `method` in `tree` with everything below `home`; return the folder of the run."
    settings = {**SHORT, **VARIANTS[variant]}
    words = ["run", "--method", method, "--percent", "10" if method not in ("biggan",) else "100",
             *(word for pair in settings.items() for word in ("--set", "=".join(map(str, pair))))]
    environment = {**os.environ, "PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1", "S3GAN_RUNS": f"{home}/runs",
                   "S3GAN_DATA": f"{home}/../data-{tree.name}", "S3GAN_REPORTS": f"{home}/reports"}

    def command(*words: str) -> str:
        done = subprocess.run([sys.executable, "-P", *words], env=environment, cwd=tree, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)
        if done.returncode:
            sys.exit(f"{tree.name}: {' '.join(words)[:300]}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    if variant == "resumed":  # a first sitting ends with its first checkpoint
        if method.startswith("s2gan") and not method.endswith("_co"):
            command("-m", "s3gan.cli", "run", "--method", "s2l", *words[3:])
        command("-m", "s3gan.cli", *words, "--save-config", f"{home}/config.json")
        command("-c", STOP, f"{home}/config.json")
    return Path(json.loads(command("-m", "s3gan.cli", *words, "--json"))["folder"])


def left(folder: Path) -> dict[str, object]:
    "Return the tensors and numbers that the run in `folder` left, by name; networks of checkpoints of before they had names in it, too."
    import numpy as np
    import torch
    content = torch.load(sorted(folder.glob("checkpoints/step_*.pt"))[-1], weights_only=True)
    names = {"generator": "generator", "discriminator": "discriminator", "network": "encoder"}
    networks = content.get("networks") or {new: content[old] for old, new in names.items() if old in content}
    averages = content.get("averages") or ({"generator": content["average"]} if "average" in content else {})
    found: dict[str, object] = {f"{kind} {net} {name}": tensor for kind, nets in (("network", networks), ("average", averages)) for net,
                                state in nets.items() for name, tensor in state.items()}
    found = {name.replace("generator seed.", "generator project."): tensor for name, tensor in found.items()}
    found |= {f"file {path.name}": torch.from_numpy(np.load(path)) for path in folder.glob("*.npy")}
    for path in folder.glob("samples/*.png"):
        found[f"picture {path.name}"] = path.read_bytes()
    rows = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    found |= {f"log {row['kind']} {row['step']} {name}": value for row in rows for name,
              value in row.items() if name not in ("time", "kind", "step", "images")}
    record = json.loads((folder / "record.json").read_text())
    return found | {f"score {name}": score["mean"] for name,
                    score in record["scores"].items()} | {"hash": record["hash"], "status": record["status"]}


def compared(old: dict[str, object], new: dict[str, object]) -> tuple[int, list[str]]:
    "Return how many things of `old` are in `new`, and the names of those that are not or differ."
    import torch
    def same(a: object, b: object) -> bool:
        return torch.equal(a, b) if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor) else a == b
    return len(old), [name for name, value in old.items() if name not in new or not same(value, new[name])]


def main(old: str, new: str, *wanted: str) -> None:
    "Compare the runs `wanted` of the trees `old` and `new`, and say which differ."
    sys.path.insert(0, str(Path(new).absolute()))
    from s3gan.methods.table import METHODS
    names, failed = wanted or (*METHODS, *ELSEWHERE), 0
    with tempfile.TemporaryDirectory() as home:
        for name in names:
            method, *variants = name.split(":") if ":" in name else (name, "plain")
            folders = [run(Path(tree).absolute(), method, variant, Path(home, f"{i}-{variant}")) for i, tree,
                       variant in ((0, old, variants[0]), (1, new, variants[-1]))]
            count, differ = compared(*map(left, folders))
            print(f"{'same  ' if not differ else 'DIFFER'} {name:<24} {count} compared{'; ' + ', '.join(differ[:5]) if differ else ''}",
                  flush=True)
            failed += bool(differ)
    print(f"{len(names)} runs, {failed} differ")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
