"""Runs the libFuzzer programs, each with its corpus in tests/fuzz/<program>/."""

import concurrent.futures
import pathlib
import subprocess
import tempfile

from house.building import build
from house.counts import Counts
from house.shell import CPUS, ROOT, say
from house.unit_tests import test_environment


def _fuzz(program: pathlib.Path, seconds: int) -> Counts:
    corpus = ROOT / "tests" / "fuzz" / program.name
    findings = ROOT / "build" / "fuzz" / "findings" / program.name
    findings.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folders = [scratch] + ([str(corpus)] if corpus.is_dir() else [])
        command = [
            str(program),
            f"-max_total_time={seconds}",
            "-timeout=10",
            "-rss_limit_mb=3000",
            "-print_final_stats=1",
            f"-artifact_prefix={findings}/",
            *folders,
        ]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=test_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds + 300,
        )
    if done.returncode == 0:
        stats = [line for line in done.stdout.splitlines() if "number_of_executed_units" in line]
        say(f"{program.name:32} {seconds} s, {stats[-1].split()[-1] if stats else '?'} runs")
        return Counts(passed=1)
    say("\n".join(done.stdout.splitlines()[-60:]))
    say(f"The input is kept in {findings}; add it to {corpus} with the repair.")
    return Counts(failed=[f"fuzz: {program.name}"])


def run_fuzzers(seconds: int, name: str | None = None) -> Counts:
    """Fuzzes every program (or one) for `seconds`, one a processor."""
    where = build("fuzz", "fuzz_programs") / "fuzz"
    programs = [path for path in sorted(where.glob("*_fuzz")) if name in (None, path.name)]
    if not programs:
        return Counts(failed=[f"fuzz: no program {name or ''}".rstrip()])
    total = Counts()
    with concurrent.futures.ThreadPoolExecutor(CPUS) as pool:
        for counts in pool.map(lambda path: _fuzz(path, seconds), programs):
            total.add(counts)
    return total
