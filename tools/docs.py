#!/usr/bin/env python3
"""Writes the generated pages of docs/reference; with --check, fails where one is out of date."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from house.building import build  # noqa: E402  (the path must be set first)

PAGES = ("tables", "event_types")


def main() -> int:
    """Generates every page."""
    check = "--check" in sys.argv[1:]
    program = build("release", "reference_pages") / "tools" / "reference_pages"
    stale = []
    for page in PAGES:
        text = subprocess.run([program, page], capture_output=True, text=True, check=True).stdout
        path = ROOT / "docs" / "reference" / f"{page}.md"
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if check:
            stale.append(path.relative_to(ROOT))
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}", file=sys.stderr)
    for path in stale:
        print(f"{path} is out of date: run `./dev docs`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
