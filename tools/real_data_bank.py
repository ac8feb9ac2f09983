#!/usr/bin/env python3
"""Two months of a bank's calls beside what was published of them: writes docs/real_data_bank.md."""

import argparse
import csv
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from realdata.workspace import ProgramFailed, Workspace  # noqa: E402  (the path must be set first)

PAGE = ROOT / "docs" / "real_data_bank.md"
MAPPING = ROOT / "mappings" / "examples" / "anonymous_bank.yaml"
MONTHS = {"January": "january_1999.txt.gz", "February": "february_1999.txt.gz"}
INTRODUCTION = """# A bank's call centre, January and February 1999

The calls of the "Anonymous Bank", by `clewline import`, `link` and `insight service|resolution|paths`. Written by
`python3 tools/real_data_bank.py --binary CLEWLINE --data FOLDER`. Beside them what Brown et al. published of the same centre (JASA 2005, "Statistical
Analysis of a Telephone Call Center"): mostly of the whole year or of other months, so that it says whether the figures are of the right size, not whether they are equal.
Numbers in brackets are 95 % intervals for which customers, not calls, are drawn.
"""
PUBLISHED = {
    "asked for a person": "30,000 to 40,000 a month",
    "answered": "about 80 %",
    "gave up": "about 20 %",
    "handle time, mean": "185 s (January to October)",
    "handle time, standard deviation": "238 s (January to October)",
    "shorter than 10 s": "7 % (January to October; agents hung up)",
    "mean patience, if constant": "446 s (of 3,867 hours, another estimate)",
}


class Month:
    """One month in a workspace of its own."""

    def __init__(self, binary: pathlib.Path, folder: pathlib.Path, file: pathlib.Path):
        self.binary, self.folder = binary, folder
        workspace = Workspace(binary, folder, zone="Asia/Jerusalem")
        workspace.import_files(str(MAPPING), [file])
        workspace.link()

    def table(self, insight: str, name: str, *options: str) -> list[dict]:
        """The rows of one table of an answer."""
        command = [self.binary, "insight", insight, "-w", self.folder, "--table", name, "--output", "csv", *options]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        if done.returncode != 0:
            raise ProgramFailed(done.stderr.strip())
        return list(csv.DictReader(done.stdout.splitlines()))


def _number(text: str, digits: int = 0) -> str:
    return f"{float(text):,.{digits}f}" if text else "–"


def _percent(row: dict, digits: int = 1, value: str = "value") -> str:
    if not row.get(value):
        return "–"
    shown = f"{100 * float(row[value]):.{digits}f} %"
    if row.get("low"):
        shown += f" ({100 * float(row['low']):.{digits}f}–{100 * float(row['high']):.{digits}f})"
    return shown


def _seconds(row: dict) -> str:
    shown = f"{_number(row['value'], 1)} s" if row.get("value") else "–"
    if row.get("low"):
        shown += f" ({_number(row['low'], 1)}–{_number(row['high'], 1)})"
    return shown


def _service(month: Month) -> dict:
    found = {row["measure"]: row for row in month.table("service", "measures") if not row["by"]}
    legs = {row["legs"]: row for row in month.table("service", "handle_times")}
    return {
        "asked for a person": _number(found["offered"]["value"]),
        "answered": _percent({"value": 1 - float(found["abandonment"]["value"])}),
        "gave up": _percent(found["abandonment"]),
        "answered within 20 s, of all": _percent(found["service_level_negative"]),
        "mean wait of the answered": _seconds(found["speed_of_answer"]),
        "handle time, mean": _seconds(found["handle_time"]),
        "handle time, standard deviation": _number(legs["all"]["deviation_seconds"], 1) + " s",
        "handle time, median": _number(legs["all"]["median_seconds"]) + " s",
        "shorter than 10 s": _percent({"value": legs["all"]["short_share"]}),
    }


def _patience(month: Month) -> dict:
    rows = month.table("service", "patience")
    whole = [row for row in rows if not row["group"]]
    found = {}
    for row in whole:
        if row["measure"] == "still_waiting":
            found[f"still waiting after {row['at_seconds']} s"] = _percent(row)
        elif row["measure"] == "half_gone":
            found["half have given up after"] = _seconds(row)
        elif row["measure"] == "mean_if_constant":
            found["mean patience, if constant"] = _seconds(row)
    for group in ("PS", "NE", "NW", "IN"):
        quarter = [row for row in rows if row["group"] == group and row["measure"] == "quarter_gone"]
        found[f"a quarter of {group} have given up after"] = _seconds(quarter[0]) if quarter else "–"
    return found


def _resolution(month: Month) -> dict:
    found = {row["measure"]: row for row in month.table("resolution", "measures") if not row["by"]}
    rows = {"whose caller can be recognised": _percent(found["identity_coverage"])}
    for row in month.table("resolution", "curve"):
        if not row["by"] and row["curve"] == "any_intent" and row["days"] in ("1", "3", "7", "14"):
            rows[f"no further call within {row['days']} d"] = _percent(row, value="share")
    return rows


def _paths(month: Month) -> dict:
    summary = {row["name"]: row for row in month.table("paths", "summary", "--level", "interaction")}
    rows = {
        "contacts": _number(summary["paths"]["value"]),
        "different paths": _number(summary["variants"]["value"]),
        "steps at equal times": _percent(summary["equal_times_share"]),
        "do something more than once": _percent(summary["rework_share"]),
    }
    for row in month.table("paths", "variants", "--level", "interaction")[:4]:
        rows[row["path"]] = _percent(row, value="share")
    return rows


SECTIONS = {"Service": _service, "Patience": _patience, "Resolution": _resolution, "Paths": _paths}


def main() -> int:
    """Writes the page; with --check compares it with the one there is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--check", action="store_true", help="1 when the page would be another one")
    options = parser.parse_args()
    page = [INTRODUCTION]
    with tempfile.TemporaryDirectory(prefix="clewline-bank-") as name:
        months = [
            Month(options.binary.resolve(), pathlib.Path(name) / month, options.data / "anonymous_bank" / file)
            for month, file in MONTHS.items()
        ]
        for section, rows_of in SECTIONS.items():
            columns = [rows_of(month) for month in months]
            page += [f"## {section}", "", f"| | {' | '.join(MONTHS)} | published |", "|---|---|---|---|"]
            for what in dict.fromkeys(what for column in columns for what in column):
                values = " | ".join(column.get(what, "–") for column in columns)
                page.append(f"| {what} | {values} | {PUBLISHED.get(what, '')} |")
            page.append("")
    text = "\n".join(page).rstrip("\n") + "\n"
    if options.check:
        same = PAGE.read_text(encoding="utf-8") == text
        print("as it stands" if same else f"{PAGE.relative_to(ROOT)} would be another one: write it anew")
        return 0 if same else 1
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
