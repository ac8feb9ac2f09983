"""What pm4py counts of event logs, as JSON: run by the Python that pm4py is installed in."""

import json
import sys

import pandas
import pm4py


def read(path: str) -> pandas.DataFrame:
    """Reads a log; rows keep the order of the file."""
    if ".xes" in path:
        return pm4py.read_xes(path)
    log = pandas.read_csv(path, dtype={"case:concept:name": str}, low_memory=False)
    log["time:timestamp"] = pandas.to_datetime(log["time:timestamp"], utc=True, format="ISO8601")
    return log


def counts(path: str) -> dict:
    """Counts one log."""
    log = read(path)
    edges, _, _ = pm4py.discover_dfg(log)
    variants = pm4py.get_variants(log)
    durations = pandas.Series(pm4py.get_all_case_durations(log))
    top = max(edges.items(), key=lambda item: item[1])
    return {
        "events": len(log),
        "cases": log["case:concept:name"].nunique(),
        "activities": log["concept:name"].nunique(),
        "variants": len(variants),
        "edges": len(edges),
        "transitions": sum(edges.values()),
        "top variant": max(len(v) if isinstance(v, list) else v for v in variants.values()),
        "top edge": f"{top[0][0]} → {top[0][1]}: {top[1]}",
        "median seconds": round(float(durations.median()), 2),
        "mean seconds": round(float(durations.mean()), 2),
    }


if __name__ == "__main__":
    print(json.dumps([counts(path) for path in sys.argv[1:]]))
