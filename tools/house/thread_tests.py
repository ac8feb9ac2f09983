"""Test programs to run under ThreadSanitizer: those of modules that use threads."""

import re

from house.building import build, folder
from house.counts import Counts
from house.shell import ROOT
from house.unit_tests import run_all

_THREADS = re.compile(r"#include\s+<(thread|future|shared_mutex|condition_variable)>")


def modules_with_threads() -> list[str]:
    """Modules whose sources, tests included, start or join threads."""
    found = set()
    for path in (ROOT / "src").glob("*/**/*"):
        if path.suffix in (".h", ".cc") and _THREADS.search(path.read_text(errors="replace")):
            found.add(path.relative_to(ROOT / "src").parts[0])
    return sorted(found)


def run_thread_tests() -> Counts:
    """Builds and runs them; the modules are found from their includes, so none is forgotten."""
    names = []
    for module in modules_with_threads():
        listing = ROOT / "src" / module / "CMakeLists.txt"
        if listing.exists() and re.search(r"\bTESTS\b", listing.read_text()):
            names.append(f"{module}_test")
    if not names:
        return Counts(failed=["tsan: no module with threads found"])
    build("tsan", *names)
    return run_all(folder("tsan"), names)
