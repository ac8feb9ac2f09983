#!/usr/bin/env python3
"""Runs clang-tidy 19 on the sources of src/ with the compile commands of the clang build."""

import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]


def _changed() -> list[str]:
    """Sources that differ from the last commit."""
    listed = subprocess.run(
        ["git", "diff", "--name-only", "HEAD"], cwd=ROOT, capture_output=True, text=True
    )
    return listed.stdout.splitlines()


def _tidy(path: str, build: pathlib.Path) -> tuple[str, str]:
    command = ["clang-tidy-19", "--quiet", "-p", str(build), path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return path, done.stdout if done.returncode != 0 else ""


def main() -> int:
    """Checks all sources, or those that changed; 1 when there is a warning."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changed", action="store_true", help="only what differs from HEAD")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "clang")
    options = parser.parse_args()
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "src").rglob("*.cc"))
    if options.changed:
        sources = [path for path in sources if path in set(_changed())]
    if not (options.build / "compile_commands.json").exists():
        sys.exit("clang-tidy: no compile commands: run ./dev build clang")
    warned = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for path, text in pool.map(lambda source: _tidy(source, options.build), sources):
            if text:
                warned += 1
                print(text)
    print(f"clang-tidy: {len(sources)} files, {warned} with warnings", file=sys.stderr)
    return 1 if warned else 0


if __name__ == "__main__":
    sys.exit(main())
