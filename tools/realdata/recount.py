"""Counts the same facts straight from the files, without the program."""

import collections
import csv
import gzip
import pathlib


def bank_rows(folder: pathlib.Path, month: str) -> list[dict]:
    """Rows of one month of the anonymous bank's log."""
    with gzip.open(folder / "anonymous_bank" / f"{month}_1999.txt.gz", "rt") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def bank_facts(rows: list[dict]) -> dict[str, int]:
    """What a person counts by hand in the bank's log."""
    kept = [row for row in rows if row["outcome"] != "PHANTOM"]
    named = [row for row in kept if row["customer_id"] != "0"]
    whole = [row for row in named if row["customer_id"].isdigit()]
    answered = [row for row in kept if row["outcome"] == "AGENT"]
    return {
        "records": len(rows),
        "skipped": len(rows) - len(kept),
        "calls": len(kept),
        "calls with an id": len(named),
        "calls with a mangled id": len(named) - len(whole),
        "calls of identified customers": len(whole),
        "identified customers": len({row["customer_id"] for row in whole}),
        "answered calls": len(answered),
        "answered calls without a server": sum(row["server"] == "NO_SERVER" for row in answered),
        "queued calls": sum(_queued(row) for row in kept),
        "calls across midnight": sum(_wraps(row) for row in kept),
    }


def _queued(row: dict) -> bool:
    # 0:00:00 means "did not queue", but for one call that began to wait at midnight sharp.
    return row["q_start"] != "0:00:00" or row["q_time"] != "0"


def _wraps(row: dict) -> bool:
    def seconds(text: str) -> int:
        hour, minute, second = text.split(":")
        return int(hour) * 3600 + int(minute) * 60 + int(second)

    times = [seconds(row["vru_entry"]), seconds(row["vru_exit"])]
    if row["q_start"] != "0:00:00":
        times.append(seconds(row["q_exit"]))
    if row["outcome"] == "AGENT":
        times.append(seconds(row["ser_exit"]))
    return any(later < times[0] for later in times[1:])


def log_facts(path: pathlib.Path, case: str, customer: str = "", delimiter: str = ",") -> dict[str, int]:
    """Rows, cases and customers of an event log."""
    opener = gzip.open if path.suffix == ".gz" else open
    counts: collections.Counter = collections.Counter()
    cases, customers = set(), set()
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=delimiter):
            counts["records"] += 1
            cases.add(row[case])
            if customer:
                customers.add(row[customer])
    facts = {"records": counts["records"], "cases": len(cases)}
    if customer:
        facts["customers"] = len(customers)
    return facts
