"""`./dev bench NAME`: the program NAME_bench of bench/ (ratios, budgets) or of a module (micro)."""

import subprocess

from house.building import build
from house.counts import Counts
from house.shell import ROOT, CommandFailed, run, say


def _programs(folder: str) -> dict:
    """Benchmark programs of the release build: name -> path."""
    found = sorted((build("release") / folder).glob("*_bench"))
    return {path.name.removesuffix("_bench"): path for path in found}


def run_benchmark(name: str, arguments: list[str]) -> int:
    """Runs one benchmark on the release build; its status says whether its budget was met."""
    known = {**_programs("microbench"), **_programs("bench")}
    if name not in known:
        raise CommandFailed(f"no benchmark {name}; there are: {', '.join(sorted(known))}")
    return subprocess.run([known[name], *arguments], cwd=ROOT).returncode


def run_smoke() -> Counts:
    """Runs every program of bench/ small (`--smoke`): hashes are compared, budgets are not."""
    counts = Counts()
    for name, path in _programs("bench").items():
        try:
            run(path, "--smoke", quiet=True)
            counts.passed += 1
            say(f"{name:32} ran")
        except CommandFailed as failure:
            counts.failed.append(f"bench {name}: {failure}")
    return counts if counts.passed + len(counts.failed) else Counts(failed=["bench: none built"])


def run_link_within(events: int, memory: str) -> Counts:
    """Links so many events; fails when the program ever held a tenth more memory than it was allowed."""
    program = _programs("bench")["link"]
    try:
        run(program, "--alone", "--events", str(events), "--memory", memory)
    except CommandFailed as failure:
        return Counts(failed=[f"link {events} events within {memory}: {failure}"])
    return Counts(passed=1)
