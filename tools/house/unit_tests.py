"""Runs the GoogleTest programs of a build folder and counts single tests."""

import concurrent.futures
import os
import pathlib
import re
import subprocess

from house.counts import Counts
from house.shell import CPUS, ROOT, say

TEST_SECONDS_MAX = 600
SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": f"halt_on_error=1:die_after_fork=0:report_thread_leaks=0:suppressions={ROOT}/tools/sanitizers/tsan.supp",
    "LSAN_OPTIONS": f"suppressions={ROOT}/tools/sanitizers/lsan.supp:print_suppressions=0",
}

_OUTCOME = re.compile(r"^\[ +(OK|FAILED|SKIPPED) +\] ([\w./]+)(?: \(\d+ ms\)|,.*\(\d+ ms\))$")
_START = re.compile(r"^\[ RUN      \] ([\w./]+)$")
_REAL_DATA = re.compile(r"CLEWLINE_REAL_DATA|real[ -]data", re.IGNORECASE)


def real_data_folder() -> pathlib.Path | None:
    """The folder of real data sets, or None when the machine has none."""
    named = os.environ.get("CLEWLINE_REAL_DATA")
    path = pathlib.Path(named) if named else ROOT.parent / "shared" / "data"
    return path.resolve() if path.is_dir() else None


def test_environment() -> dict[str, str]:
    """Environment of every test program: sanitizer options, and real data where it is."""
    env = {**os.environ, **SANITIZER_OPTIONS, "GTEST_COLOR": "no"}
    data = real_data_folder()
    if data:
        env["CLEWLINE_REAL_DATA"] = str(data)
    return env


def _read_outcomes(label: str, output: str) -> Counts:
    counts = Counts()
    block: list[str] = []
    for line in output.splitlines():
        if _START.match(line):
            block = []
        match = _OUTCOME.match(line)
        if not match:
            block.append(line)
            continue
        outcome, name = match.group(1), f"{label}: {match.group(2)}"
        if outcome == "OK":
            counts.passed += 1
        elif outcome == "FAILED":
            counts.failed.append(name)
        elif real_data_folder() and _REAL_DATA.search("\n".join(block)):
            counts.failed.append(f"{name} (skipped although the real data is here)")
        else:
            counts.skipped.append(name)
    return counts


def run_program(path: pathlib.Path, label: str, *arguments: str, **environment: str) -> Counts:
    """Runs one test program; a crash or a time-out is one failure more."""
    command = [str(path), *arguments]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**test_environment(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=TEST_SECONDS_MAX,
        )
        output, status = done.stdout, done.returncode
    except subprocess.TimeoutExpired as late:
        output = (late.stdout or b"").decode(errors="replace")
        status = f"no end within {TEST_SECONDS_MAX} s"
    counts = _read_outcomes(label, output)
    if status != 0 and not counts.failed:
        counts.failed.append(f"{label}: program ended with {status}")
    if counts.failed:
        say(f"--- {label} failed; the end of its output:\n" + "\n".join(output.splitlines()[-60:]))
    elif counts.passed + len(counts.skipped) == 0 and not arguments:
        counts.failed.append(f"{label}: ran no test")
    return counts


def programs(build_folder: pathlib.Path) -> list[pathlib.Path]:
    """Test programs of a build, without the link tests (building them is their test)."""
    found = sorted((build_folder / "tests").glob("*_test"))
    return [path for path in found if not path.name.endswith("_link_test")]


def run_all(build_folder: pathlib.Path, names: list[str] | None = None, **environment: str) -> Counts:
    """Runs the test programs (those in `names`, else all), one a processor."""
    chosen = [p for p in programs(build_folder) if names is None or p.name in names]
    total = Counts()
    with concurrent.futures.ThreadPoolExecutor(CPUS) as pool:
        jobs = [pool.submit(run_program, p, f"{build_folder.name}/{p.name}", **environment) for p in chosen]
        for path, job in zip(chosen, jobs):
            counts = job.result()
            say(f"{path.name:32} {counts.line()}")
            total.add(counts)
    return total
