"""`./dev test` (everything, from a bare machine) and `./dev check` (warm, under two minutes)."""

import json
import subprocess
import sys

from house import benchmarks, fuzzing, thread_tests, unit_tests
from house.building import build
from house.counts import Counts
from house.machine import set_up
from house.shell import ROOT, CommandFailed, Stopwatch, run, say

FUZZ_SECONDS = 30


def _as_one(name: str, *command, env=None, quiet=True) -> Counts:
    """A command that is one test."""
    try:
        run(*command, env=env, quiet=quiet)
        return Counts(passed=1)
    except CommandFailed as failure:
        return Counts(failed=[f"{name}: {failure}"])


def _names(name: str, tests) -> list[str]:
    """Names of tests; where only their number is told, that many times the tool's."""
    return [str(test) for test in tests] if isinstance(tests, list) else [name] * int(tests)


def _with_counts(name: str, *command) -> Counts:
    """A tool of ours whose last line of stdout is {"passed", "failed", "skipped"}."""
    say("$ " + " ".join(str(word) for word in command))
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env=unit_tests.test_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = done.stdout.splitlines()
    try:
        row = json.loads(lines[-1])
        counts = Counts(int(row["passed"]), _names(name, row["failed"]), _names(name, row["skipped"]))
    except (IndexError, ValueError, KeyError, TypeError):
        return Counts(failed=[f"{name}: exit {done.returncode}, no counts in its output"])
    if done.returncode != 0 and not counts.failed:
        counts.failed.append(f"{name}: exit {done.returncode}")
    return counts


def lint() -> Counts:
    """The linter on the tree."""
    return _as_one("lint", "python3", "tools/lint", quiet=False)


def lint_tests() -> Counts:
    """The linter on its examples."""
    return _with_counts("lint examples", "python3", "tests/lint/run.py", "--counts")


def tool_tests() -> Counts:
    """Tests of the tools themselves (unittest)."""
    return _as_one("tools", "python3", "-m", "unittest", "discover", "-s", "tests/tools")


def journeys(preset: str = "release", *arguments: str) -> Counts:
    """The journeys against the program of a preset."""
    binary = build(preset, "clewline") / "bin" / "clewline"
    tool = ["python3", "tools/journeys.py", "--binary", binary, "--counts", *arguments]
    return _with_counts("journeys", *tool)


def properties(cases: int) -> Counts:
    """Invariants of import and link on random records, through the command line."""
    binary = build("release", "clewline") / "bin" / "clewline"
    tool = ["python3", "tests/properties/run.py", "--binary", binary, "--cases", str(cases)]
    return _with_counts("properties", *tool)


def many_graphs() -> Counts:
    """Any sequence of links, unlinks and forbids against a fresh build, on many small graphs."""
    program = build("release") / "tests" / "identity_test"
    chosen = "--gtest_filter=LiveCustomers.AnySequenceOfWordsEndsAsAFreshBuild"
    return unit_tests.run_program(program, "graphs", chosen, CLEWLINE_GRAPHS="100000")


def presets() -> Counts:
    """The tests that each shipped mapping carries."""
    binary = build("release", "clewline") / "bin" / "clewline"
    counts = Counts()
    files = sorted(path for path in (ROOT / "mappings").rglob("*.yaml"))
    for path in files:
        counts.add(_as_one(f"preset {path.stem}", binary, "mapping", "test", path))
    return counts if files else Counts(failed=["presets: there are none"])


def generated_docs() -> Counts:
    """The generated pages are those that the program would write."""
    return _as_one("docs", "python3", "tools/docs.py", "--check")


def real_data() -> Counts:
    """The pages made of the real data sets are as they would be made; skipped, saying so, where there are none."""
    data = unit_tests.real_data_folder()
    if data is None:
        say("no real data: set CLEWLINE_REAL_DATA to its folder")
        return Counts(skipped=["real data"])
    binary = build("release", "clewline") / "bin" / "clewline"
    counts = Counts()
    for page in ("real_data", "real_data_bank"):
        counts.add(_as_one(page, "python3", f"tools/{page}.py", "--binary", binary, "--data", data, "--check"))
    return counts


def package() -> Counts:
    """Packs the program and runs it from another folder with a clean environment."""
    return _as_one("package", "python3", "tools/package.py", "--test")


def _stages(long: bool):
    yield "set-up", lambda: (set_up(), Counts())[1]
    yield "build release", lambda: (build("release"), Counts(passed=1))[1]
    yield "lint", lint
    yield "lint examples", lint_tests
    yield "tools", tool_tests
    yield "unit tests (release)", lambda: unit_tests.run_all(build("release"))
    yield "100,000 graphs", many_graphs
    yield "journeys", journeys
    yield "presets", presets
    yield "properties", lambda: properties(40 if long else 6)
    yield "generated pages", generated_docs
    yield "real data", real_data
    yield "package", package
    yield "benchmarks, small", benchmarks.run_smoke
    yield "link within 300 MB", lambda: benchmarks.run_link_within(10_000_000, "300MB")
    yield "unit tests (ASan, UBSan)", lambda: unit_tests.run_all(build("asan", "test_programs", "clewline"))
    yield "journeys (ASan, UBSan)", lambda: journeys("asan", "--sample", "1" if long else "8")
    yield "thread tests (TSan)", thread_tests.run_thread_tests
    yield f"fuzzers, {FUZZ_SECONDS} s each", lambda: fuzzing.run_fuzzers(FUZZ_SECONDS)
    if long:
        yield "unit tests (clang)", lambda: unit_tests.run_all(build("clang", "test_programs"))
        yield "link within 6 GB", lambda: benchmarks.run_link_within(200_000_000, "6GB")
        yield "clang-tidy", lambda: _as_one("clang-tidy", "python3", "tools/clang_tidy.py")
        yield "fuzzers, 10 min each", lambda: fuzzing.run_fuzzers(600)


def run_stages(stages) -> int:
    """Runs every stage, also after a failure, and prints the closing line. 0 if none failed."""
    total, watch = Counts(), Stopwatch()
    for name, stage in stages:
        try:
            total.add(watch.measure(name, stage))
        except CommandFailed as failure:
            total.failed.append(f"{name}: {failure}")
    say("\n" + watch.table())
    for name in total.skipped:
        say(f"skipped: {name}")
    for name in total.failed:
        say(f"FAILED: {name}")
    sys.stderr.flush()
    print(total.line(), flush=True)
    return 1 if total.failed else 0


def test(long: bool) -> int:
    """The whole suite."""
    return run_stages(_stages(long))


def check() -> int:
    """What to run before a commit: lint, unit tests and journeys, a part of the long ones, on the dev build."""
    return run_stages(
        [
            ("build dev", lambda: (build("dev"), Counts(passed=1))[1]),
            ("lint", lint),
            ("lint examples", lint_tests),
            ("unit tests", lambda: unit_tests.run_all(build("dev"), CLEWLINE_QUICK="1")),
            ("journeys", lambda: journeys("dev", "--quick")),
        ]
    )
