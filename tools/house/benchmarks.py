"""`./dev bench NAME`: runs bench/NAME.py, or the Google Benchmark program NAME_bench."""

import os
import subprocess

from house.building import build, program
from house.counts import Counts
from house.shell import ROOT, CommandFailed, run, say


def _scripts() -> list[str]:
    found = (ROOT / "bench").glob("*.py")
    return sorted(path.stem for path in found if not path.name.startswith("_"))


def run_benchmark(name: str, arguments: list[str]) -> int:
    """Runs one benchmark on the release build; its status says whether its budget was met."""
    script = ROOT / "bench" / f"{name}.py"
    if script.exists():
        binary = program("release")
        env = {**os.environ, "CLEWLINE_BINARY": str(binary)}
        return subprocess.run(["python3", script, *arguments], cwd=ROOT, env=env).returncode
    where = build("release")
    micro = where / "bench" / f"{name}_bench"
    if micro.exists():
        return subprocess.run([micro, *arguments], cwd=ROOT).returncode
    micros = sorted(path.name.removesuffix("_bench") for path in (where / "bench").glob("*_bench"))
    raise CommandFailed(f"no benchmark {name}; there are: {', '.join(_scripts() + micros)}")


def run_smoke() -> Counts:
    """Runs every benchmark script small (`--smoke`): hashes are compared, budgets are not."""
    counts = Counts()
    binary = program("release")
    for name in _scripts():
        try:
            run(
                "python3",
                ROOT / "bench" / f"{name}.py",
                "--smoke",
                env={"CLEWLINE_BINARY": str(binary)},
                quiet=True,
            )
            counts.passed += 1
            say(f"{name:32} ran")
        except CommandFailed as failure:
            counts.failed.append(f"bench {name}: {failure}")
    return counts
