#!/usr/bin/env python3
"""Runs the linter on every tree of tests/lint/examples: it must find exactly expected.txt."""

import importlib.util
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
LINT = HERE.parents[1] / "tools" / "lint"
sys.path.insert(0, str(LINT))

from source_tree import Tree  # noqa: E402


def _linter():
    spec = importlib.util.spec_from_file_location("lint_main", LINT / "__main__.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> int:
    """Compares findings with expectations; every rule must have an example that fails."""
    linter = _linter()
    states = {"passed": 0, "failed": [], "skipped": []}
    met = set()
    for folder in sorted((HERE / "examples").iterdir()):
        expected = sorted((folder / "expected.txt").read_text().splitlines())
        found = linter.findings(Tree(folder))
        actual = sorted(f"{row.path}:{row.line} {row.rule}" for row in found)
        met.update(row.rule for row in found)
        if actual == expected:
            states["passed"] += 1
            continue
        states["failed"].append(f"lint example {folder.name}")
        print(f"{folder.name}: expected {expected}, found {actual}", file=sys.stderr)
        print("\n".join(str(row) for row in found), file=sys.stderr)
    for rule in sorted(set(linter.rules()) - met):
        states["failed"].append(f"rule {rule} has no failing example")
    for name in states["failed"]:
        print(f"FAILED {name}", file=sys.stderr)
    print(f"lint examples: {states['passed']} passed, {len(states['failed'])} failed", file=sys.stderr)
    if "--counts" in sys.argv:
        print(json.dumps(states))
    return 1 if states["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
