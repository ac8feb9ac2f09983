"""Running commands: every command is shown, and a failure stops with what was run."""

import os
import pathlib
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CPUS = os.cpu_count() or 1


class CommandFailed(Exception):
    """A command ended with a status other than 0; the text names it."""


def say(text: str) -> None:
    """Prints a progress line to stderr: stdout is for results."""
    print(text, file=sys.stderr, flush=True)


def run(*command, env=None, quiet=False, to_stderr=False, cwd=ROOT) -> None:
    """Runs a command and raises CommandFailed unless it succeeds.

    `quiet` shows output on failure; `to_stderr` keeps stdout for the command that comes after.
    """
    words = [str(word) for word in command]
    say("$ " + shlex.join(words))
    sys.stdout.flush()
    done = subprocess.run(
        words,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE if quiet else sys.stderr if to_stderr else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        errors="replace",
    )
    if done.returncode != 0:
        if quiet:
            say(done.stdout)
        raise CommandFailed(f"exit {done.returncode}: {shlex.join(words)}")


class Stopwatch:
    """Wall time of the stages of one run, for the table at its end."""

    def __init__(self):
        self.stages: list[tuple[str, float]] = []

    def measure(self, name, function):
        """Runs function() under a heading and keeps its wall time."""
        say(f"\n== {name}")
        start = time.monotonic()
        try:
            return function()
        finally:
            self.stages.append((name, time.monotonic() - start))

    def table(self) -> str:
        """One line a stage: seconds, name."""
        return "\n".join(f"{seconds:8.1f} s  {name}" for name, seconds in self.stages)
