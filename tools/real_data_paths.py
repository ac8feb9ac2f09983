#!/usr/bin/env python3
"""Maps of public event logs beside pm4py's counts: writes docs/real_data_paths.md."""

import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from realdata.workspace import ProgramFailed, Workspace  # noqa: E402  (the path must be set first)

PAGE = ROOT / "docs" / "real_data_paths.md"
LOGS = {
    "running-example": "process_mining/running-example.csv",
    "receipt": "process_mining/08_receipt.xes.gz",
    "repair": "process_mining/03_repairExample.xes.gz",
    "BPIC2012": "bpic2012/bpic2012.csv.gz",
    "BPIC2013 closed": "bpic2013/bpic2013_closed_problems.csv.gz",
    "helpdesk": "helpdesk/helpdesk_full_italian.csv.gz",
    "teleclaims": "teleclaims/teleclaims.csv.gz",
}
PM4PY = "2.7.14"
INTRODUCTION = f"""# Paths of real logs

Maps of public event logs by `clewline import --mapping xes`, `link` and `insight paths --level case --activity activity`, beside what pm4py {PM4PY} counts of
the same files. Written by `python3 tools/real_data_paths.py --binary CLEWLINE --data FOLDER --pm4py FOLDER` (the last is where pm4py is, or will be, installed).
"""
# Differences that are pm4py's, and why.
KNOWN = {
    ("receipt", "mean seconds"): "pm4py takes the clock on the wall: clocks were put back while cases were open",
}
SUMMARY = {
    "events": "steps",
    "cases": "paths",
    "activities": "activities",
    "variants": "variants",
    "edges": "edges",
    "transitions": "transitions",
    "median seconds": "median_seconds",
    "mean seconds": "mean_seconds",
}


def _table(binary: pathlib.Path, workspace: Workspace, name: str) -> list[dict]:
    command = [binary, "insight", "paths", "-w", workspace.folder, "--level", "case", "--activity", "activity",
               "--table", name, "--output", "csv"]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise ProgramFailed(done.stderr.strip())
    return list(csv.DictReader(done.stdout.splitlines()))


def ours(binary: pathlib.Path, folder: pathlib.Path, file: pathlib.Path) -> dict:
    """The counts of one log by the program."""
    workspace = Workspace(binary, folder)
    workspace.import_files("xes", [file])
    workspace.link()
    summary = {row["name"]: float(row["value"]) for row in _table(binary, workspace, "summary")}
    counts = {name: summary[own] for name, own in SUMMARY.items()}
    counts = {name: round(value, 2) if "seconds" in name else int(value) for name, value in counts.items()}
    counts["top variant"] = int(_table(binary, workspace, "variants")[0]["paths"])
    edges = [row for row in _table(binary, workspace, "map") if "(" not in (row["from"][:1] + row["to"][:1])]
    counts["top edge"] = f"{edges[0]['from']} → {edges[0]['to']}: {edges[0]['count']}"
    residuals = {row["residual"] for row in _table(binary, workspace, "reconcile")}
    counts["residuals"] = ", ".join(sorted(residuals))
    return counts


def theirs(environment: pathlib.Path, files: list[pathlib.Path]) -> list[dict]:
    """The counts of all logs by pm4py, installed when it is not there."""
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", f"pm4py=={PM4PY}", "requests"], check=True)
    script = ROOT / "tools" / "realdata" / "pm4py_counts.py"
    done = subprocess.run([str(python), str(script), *map(str, files)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _shown(value) -> str:
    return f"{value:,}" if isinstance(value, (int, float)) else str(value)


def main() -> int:
    """Counts both ways and writes the page; 1 when a count differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--pm4py", type=pathlib.Path, required=True)
    options = parser.parse_args()
    files = [options.data / name for name in LOGS.values()]
    other = theirs(options.pm4py, files)
    page, differ = [INTRODUCTION], 0
    with tempfile.TemporaryDirectory(prefix="clewline-paths-") as name:
        for number, (log, file) in enumerate(zip(LOGS, files)):
            own = ours(options.binary.resolve(), pathlib.Path(name) / str(number), file)
            page += [f"## {log}", "", "| | Clewline | pm4py |", "|---|---|---|"]
            for what, count in own.items():
                their = other[number].get(what, "")
                known = KNOWN.get((log, what), "") if their != count else ""
                differ += their not in ("", count) and not known
                page.append(f"| {what} | {_shown(count)} | {_shown(their)}{known and f' ({known})'} |")
            page.append("")
    PAGE.write_text("\n".join(page).rstrip("\n") + "\n", encoding="utf-8")
    print(f"{len(LOGS)} logs, {differ} counts differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
