#!/usr/bin/env python3
"""Runs the behaviour tests of tests/journeys: records in, command, expected rows."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import sys

from journey.running import Outcome, Places, run_journey
from journey.script import FormatError, parse

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDER = ROOT / "tests" / "journeys"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=pathlib.Path, help="journeys or folders (all)")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/dev/bin/clewline")
    parser.add_argument("--rewrite", action="store_true", help="fill expectations; read the diff")
    parser.add_argument("--sample", type=int, default=1, metavar="N", help="every N-th journey only")
    parser.add_argument("--quick", action="store_true", help="without those that `=== needs time`")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--counts", action="store_true", help="last line: counts as JSON")
    return parser.parse_args()


def _files(named: list[pathlib.Path]) -> list[pathlib.Path]:
    found = []
    for path in named or [FOLDER]:
        found += sorted(path.rglob("*.journey")) if path.is_dir() else [path]
    return found


def _in_haste(files: list[pathlib.Path]) -> list[pathlib.Path]:
    short = [path for path in files if "\n=== needs time\n" not in path.read_text(errors="replace")]
    print(f"journeys: {len(files) - len(short)} that take long are left to `./dev test`", file=sys.stderr)
    return short


def _real_data() -> pathlib.Path | None:
    named = os.environ.get("CLEWLINE_REAL_DATA")
    path = pathlib.Path(named) if named else ROOT.parent / "shared" / "data"
    return path.resolve() if path.is_dir() else None


def _name(path: pathlib.Path) -> str:
    path = path.resolve()
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _one(path: pathlib.Path, places: Places, rewrite: bool) -> Outcome:
    try:
        return run_journey(parse(path), places, rewrite)
    except (FormatError, OSError, ValueError) as error:
        return Outcome(None, "failed", str(error))


def main() -> int:
    """Runs the chosen journeys; 0 when none failed."""
    options = _arguments()
    files = _files(options.files)[:: options.sample]
    if options.quick:
        files = _in_haste(files)
    places = Places(options.binary.resolve(), ROOT, _real_data())
    states = {"passed": 0, "failed": [], "skipped": []}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        outcomes = pool.map(lambda path: _one(path, places, options.rewrite), files)
        slowest = (0.0, "")
        for path, outcome in zip(files, outcomes):
            name = _name(path)
            slowest = max(slowest, (outcome.seconds, name))
            if outcome.state == "passed":
                states["passed"] += 1
                if outcome.rewritten:
                    print(f"rewritten {name}", file=sys.stderr)
                continue
            states[outcome.state].append(name)
            print(f"{outcome.state.upper()} {name}: {outcome.text}", file=sys.stderr)
    if not files:
        states["failed"].append("no journey found")
    failed, skipped = len(states["failed"]), len(states["skipped"])
    print(f"journeys: {states['passed']} passed, {failed} failed, {skipped} skipped; "
          f"slowest {slowest[0]:.1f} s {slowest[1]}", file=sys.stderr)
    if options.counts:
        print(json.dumps(states))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
