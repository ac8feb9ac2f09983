#!/usr/bin/env python3
"""Imports the real data sets, checks every count against a recount of the files, writes docs/real_data.md."""

import argparse
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from realdata import datasets  # noqa: E402  (the path must be set first)
from realdata.workspace import ProgramFailed  # noqa: E402

PAGE = ROOT / "docs" / "real_data.md"
INTRODUCTION = """# Real data

Public data sets through import and link, each in a workspace of its own. Every number of the column *counted* comes from a recount of the file
without the program. This page is written by `./dev data`; the test suite runs the same and fails where a number differs.
"""


def run_all(binary: pathlib.Path, data: pathlib.Path) -> list[datasets.Outcome]:
    """Runs every data set in a temporary folder."""
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="clewline-data-") as name:
        folder = pathlib.Path(name)
        outcomes.append(datasets.bank(binary, data, folder / "bank_january", ["january"]))
        outcomes.append(datasets.bank(binary, data, folder / "bank", ["january", "february"]))
        for log in datasets.LOGS:
            outcomes.append(datasets.event_log(binary, data, folder / log.name, log))
        outcomes += datasets.vendor_samples(binary, data.parent / "samples", folder / "samples")
    return outcomes


def _number(value) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _table(rows: list[list[str]], head: list[str]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def section(outcome: datasets.Outcome) -> str:
    """One data set as Markdown."""
    summary, link = outcome.summary, outcome.link
    counts = ["records", "accepted", "skipped", "rejected", "events", "issues"]
    levels = ["events", "transactions", "interactions", "engagements", "customers_identified", "customers_anonymous"]
    parts = [f"## {outcome.name}", ""]
    parts += outcome.notes + ([""] if outcome.notes else [])
    parts += [_table([[_number(summary[key]) for key in counts]], counts), ""]
    parts += [_table([[_number(link[key]) for key in levels]], [level.replace("_", " ") for level in levels]), ""]
    rows = [[fact.what, _number(fact.ours), _number(fact.expected)] for fact in outcome.facts]
    parts += [_table(rows, ["fact", "Clewline", "counted"]), ""]
    return "\n".join(parts)


def main() -> int:
    """Runs, reports, and writes the page (or, with --check, compares it)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--check", action="store_true", help="compare with the page instead of writing it")
    options = parser.parse_args()
    try:
        outcomes = run_all(options.binary.resolve(), options.data.resolve())
    except ProgramFailed as failure:
        print(f"real data: {failure}", file=sys.stderr)
        return 1
    failed = [(outcome.name, fact) for outcome in outcomes for fact in outcome.facts if not fact.holds]
    for name, fact in failed:
        print(f"real data: {name}: {fact.what}: {fact.ours}, counted {fact.expected}", file=sys.stderr)
    page = INTRODUCTION + "\n" + "\n".join(section(outcome) for outcome in outcomes)
    if not options.check:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        print("real data: docs/real_data.md differs: run `./dev data` and read the difference", file=sys.stderr)
        return 1
    facts = sum(len(outcome.facts) for outcome in outcomes)
    print(f"{len(outcomes)} data sets, {facts} facts, {len(failed)} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
