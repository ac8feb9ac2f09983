"""Building with the CMake presets."""

import os
import pathlib

from house.machine import set_up
from house.shell import CPUS, ROOT, run

PRESETS = ("dev", "release", "asan", "tsan", "clang", "fuzz")


def folder(preset: str) -> pathlib.Path:
    """The build folder of a preset."""
    return ROOT / "build" / preset


def build(preset: str, *targets: str) -> pathlib.Path:
    """Configures when needed and builds; returns the build folder."""
    set_up()
    where = folder(preset)
    if not (where / "build.ninja").exists():
        run("cmake", "--preset", preset, quiet=True)
    jobs = os.environ.get("CLEWLINE_JOBS", str(CPUS))
    run("ninja", "-C", where, "-j", jobs, *targets, to_stderr=True)
    return where


def program(preset: str = "release") -> pathlib.Path:
    """The clewline program of a preset, built if it must be."""
    return build(preset, "clewline") / "bin" / "clewline"
