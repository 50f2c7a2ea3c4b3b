"""Add the lines that nbs/facts/run_hashes.csv lacks: the name of the run of each new method in each profile. Lines that are there are never changed."""
import csv
from pathlib import Path

from s3gan.core.config import config_hash
from s3gan.methods.table import PAPERS
from s3gan.runs.profiles import profile_config

path = Path(__file__).resolve().parent.parent / "nbs" / "facts" / "run_hashes.csv"
with open(path, newline="") as file:
    known = {(row["profile"], row["method"]) for row in csv.DictReader(file)}
new = [(profile, name, 10.0 if row.reads_some else 100.0) for paper in PAPERS.values() for profile in paper.recipes
       for name, row in ((row.name, row) for row in paper.methods) if (profile, name) not in known]
with open(path, "a", newline="") as file:
    for profile, name, percent in new:
        file.write(f"{profile},{name},{percent:g},{config_hash(profile_config(profile, name, percent))}\n")
print(f"{len(new)} lines added to {path.name}")
