#!/usr/bin/env python3
"""Checks the invariants of import and link on random records, through the command line."""

import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import generator  # noqa: E402  (the path must be set first)
import occurrences  # noqa: E402
from program import Broken, Workspace, compare  # noqa: E402


FLAWED = """mapping: flawed
version: 1.0.0
extends: canonical
skip: "event_type = 'campaign.sent'"
common:
  occurred_at: "CASE WHEN channel = 'web' THEN NULL ELSE ts(occurred_at, 'iso') END"
  intent: "CASE WHEN intent = 'billing' THEN 'bills' ELSE intent END"
"""
MENDED = """mapping: flawed
version: 1.0.1
extends: canonical
"""


class Case:
    """One set of records and the folder to try it in."""

    def __init__(self, binary: pathlib.Path, folder: pathlib.Path, seed: int):
        self.binary, self.folder, self.random = binary, folder, random.Random(seed)
        self.made, self.seen = 0, collections.Counter()

    def write(self, records: list[dict]) -> pathlib.Path:
        self.made += 1
        path = self.folder / f"records-{self.made}.jsonl"
        path.write_text(generator.to_lines(records), encoding="utf-8")
        return path

    def linked(self, name: str, batches: list[list[dict]], key_from=None) -> Workspace:
        workspace = Workspace(self.binary, self.folder / name, key_from)
        for batch in batches:
            if batch:
                workspace.import_file(self.write(batch))
        workspace.link()
        return workspace


def reference(case: Case, records: list[dict]) -> Workspace:
    """All records in one file, in the order they were made."""
    workspace = case.linked("reference", [records])
    workspace.check_partition()
    case.seen.update(workspace.effects())
    return workspace


def order_and_batching(case: Case, records: list[dict], base: Workspace) -> None:
    """Permuted, split into several imports, some sent twice; keyless ones stay together in one file."""
    keyed = [record for record in records if not generator.is_keyless(record)]
    keyless = [record for record in records if generator.is_keyless(record)]
    case.random.shuffle(keyed)
    cut = sorted(case.random.randrange(len(keyed) + 1) for _ in range(2))
    batches = [keyed[: cut[0]], keyed[cut[0] : cut[1]] + keyless, keyed[cut[1] :]]
    batches.append(case.random.sample(keyed, min(10, len(keyed))))
    # The rejected record is delivered once: rejects are kept per delivery.
    batches[3] = [record for record in batches[3] if record["occurred_at"] != "no time at all"]
    other = case.linked("permuted", batches, base)
    compare("order, batching, duplication", base.tables(), other.tables())


def forget(case: Case, records: list[dict], base: Workspace) -> None:
    """An import that was forgotten leaves no trace in the tables."""
    half = len(records) // 2
    never = case.linked("never", [records[:half]], base)
    forgotten = case.linked("forgotten", [records[:half], records[half:]], base)
    imports = json.loads(forgotten.run("--output", "json", "imports", "-w", str(forgotten.folder)))
    last = max(int(row["import_id"]) for row in imports)
    forgotten.here("forget", "import", str(last))
    forgotten.link()
    compare("forget", never.tables(), forgotten.tables())


def killed_and_repeated(case: Case, records: list[dict], base: Workspace) -> None:
    """Killed at random moments, then run through."""
    path = case.write(records)
    workspace = Workspace(case.binary, case.folder / "killed", base)
    command = workspace.command("import", "-w", str(workspace.folder), "--mapping", "canonical", str(path))
    for _ in range(3):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(case.random.uniform(0.005, 0.25))
        process.kill()
        process.wait()
    workspace.import_file(path)
    workspace.link()
    ours, theirs = base.tables(), workspace.tables()
    # A delivery that was cut off after its commit is a delivery: its rejects are listed once for each.
    ours.pop("rejected"), theirs.pop("rejected")
    compare("killed and repeated", ours, theirs)


def unlink(case: Case, records: list[dict], base: Workspace) -> None:
    """Two customers merged by assertion and separated again are as before."""
    merged = case.linked("merged", [records], base)
    merged.here("link", "--assert", "user_id:one", "user_id:two")
    merged.here("unlink", "user_id:one", "user_id:two")
    merged.link()
    compare("merge then unlink", base.tables(), merged.tables())


def replay(case: Case, records: list[dict], base: Workspace) -> None:
    """Imports of a flawed mapping, with others between them, replayed when it is mended, against first imports with the mended one.

    The flawed mapping rejects some records, skips some that the mended one takes, and reads some wrongly.
    """
    cuts = sorted(case.random.randrange(len(records) + 1) for _ in range(3))
    batches = [records[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(records)])]
    mapping = case.folder / "flawed.yaml"
    rejected = 0
    workspaces = []
    for name, text in (("replayed", FLAWED), ("first", MENDED)):
        mapping.write_text(text, encoding="utf-8")
        workspace = Workspace(case.binary, case.folder / name, base)
        for number, batch in enumerate(batches):
            if batch:
                summary = workspace.import_file(case.write(batch), str(mapping) if number % 2 == 0 else "canonical")
                rejected += summary["rejected"] if name == "replayed" else 0
        workspaces.append(workspace)
        if name == "replayed":
            workspace.link()
            mapping.write_text(MENDED, encoding="utf-8")
            workspace.replay()
        workspace.link()
    case.seen["record rejected by the flawed mapping"] += rejected
    compare("replay after mending", workspaces[1].tables(), workspaces[0].tables())


def link_after_each(case: Case, records: list[dict], base: Workspace) -> None:
    """Linked after every delivery, only whom it touches, with assertions between; against one link of everything."""
    keyed = [record for record in records if not generator.is_keyless(record)]
    keyless = [record for record in records if generator.is_keyless(record)]
    case.random.shuffle(keyed)
    cuts = sorted(case.random.randrange(len(keyed) + 1) for _ in range(case.random.randrange(1, 5)))
    batches = [keyed[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(keyed)])]
    batches.insert(case.random.randrange(len(batches) + 1), keyless)
    workspace = Workspace(case.binary, case.folder / "growing", base)
    touched, known_then, imports = 0, None, 0
    looked_at = case.random.choice([number for number in range(len(batches)) if number != 1])  # an assertion follows 1
    for number, batch in enumerate(batches):
        if batch:
            workspace.import_file(case.write(batch))
            imports += 1
        if number == 1:
            workspace.here("link", "--assert", "user_id:one", "user_id:two")
        summary = workspace.link()
        touched += summary["relinked_customers"] < summary["customers_identified"] + summary["customers_anonymous"]
        if case.random.random() < 0.5:  # else the next one builds on tables that grew
            before = workspace.tables()
            workspace.link("--full")
            compare(f"link after delivery {number + 1} against link --full", workspace.tables(), before)
        if number == looked_at and imports > 0:
            known_then = (f"import:{imports}", workspace.tables())
    if len(batches) > 1:
        workspace.here("unlink", "user_id:one", "user_id:two")
        workspace.link()
    compare("link after each delivery", base.tables(), workspace.tables())
    if known_then:
        moment, tables = known_then
        compare(f"link as of {moment}", tables, workspace.as_of(moment).tables())
        case.seen["look at what was known"] += 1
    case.seen["link of only those touched"] += touched


PROPERTIES = [order_and_batching, link_after_each, forget, killed_and_repeated, unlink, replay]


def failure_of(case: Case, records: list[dict]) -> str | None:
    """Returns what does not hold for these records, or None."""
    try:
        base = reference(case, records)
        for check in PROPERTIES:
            check(case, records, base)
        return None
    except Broken as broken:
        return str(broken)


def shrink(binary: pathlib.Path, seed: int, records: list[dict]) -> tuple[list[dict], str]:
    """Takes records away while the case still fails (delta debugging, at most 60 tries)."""
    size, tries, message = max(1, len(records) // 2), 0, ""
    while size >= 1 and tries < 60:
        at = 0
        while at < len(records) and tries < 60:
            tries += 1
            fewer = records[:at] + records[at + size :]
            with tempfile.TemporaryDirectory() as name:
                failed = failure_of(Case(binary, pathlib.Path(name), seed), fewer) if len(fewer) > 1 else None
            if failed:
                records, message = fewer, failed
            else:
                at += size
        size //= 2
    return records, message


def main() -> int:
    """Runs the cases; prints what occurred in them and a line of counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=6)
    options = parser.parse_args()
    binary, failures = options.binary.resolve(), 0
    seen: collections.Counter = collections.Counter()
    for seed in range(options.seed, options.seed + options.cases):
        records = generator.Generator(seed).records()
        seen.update(occurrences.occurrences(records))
        with tempfile.TemporaryDirectory() as name:
            case = Case(binary, pathlib.Path(name), seed)
            failed = failure_of(case, records)
        seen.update(case.seen)
        if failed:
            failures += 1
            fewer, message = shrink(binary, seed, records)
            print(f"seed {seed} fails: {message or failed}\nfewest records:\n{generator.to_lines(fewer)}", file=sys.stderr)
    missing = [what for what, count in seen.items() if count == 0]
    for what, count in seen.items():
        print(f"{what:40} {count}", file=sys.stderr)
    for what in missing:
        print(f"never occurred: {what}", file=sys.stderr)
    print(json.dumps({"passed": options.cases - failures, "failed": failures + len(missing), "skipped": 0}))
    return 1 if failures or missing else 0


if __name__ == "__main__":
    sys.exit(main())
