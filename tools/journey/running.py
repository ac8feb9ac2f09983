"""Running one journey in a scratch folder of its own."""

import dataclasses
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import time

from journey.matching import COMPARE, Variables, merge_placeholders
from journey.script import CopyStep, FileStep, Journey, RunStep

_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")
_SECONDS = re.compile(r'("seconds"\s*:\s*)[\d.e+-]+')


@dataclasses.dataclass
class Places:
    """Where the program, the project and the data are."""

    binary: pathlib.Path
    source: pathlib.Path
    real_data: pathlib.Path | None

    def folder(self, need: str) -> pathlib.Path | None:
        """The folder that a `=== needs` names, or None where it is absent."""
        if self.real_data is None:
            return None
        path = self.real_data if need == "real-data" else self.real_data.parent / need
        return path if path.is_dir() else None

    def variables(self) -> Variables:
        """Names usable in commands from the start."""
        known = Variables(SOURCE=str(self.source))
        for name, need in (("REAL_DATA", "real-data"), ("SAMPLES", "samples"), ("GOLDEN", "golden")):
            path = self.folder(need)
            if path:
                known[name] = str(path)
        return known


@dataclasses.dataclass
class Outcome:
    """How a journey ended: `passed`, `failed` or `skipped`, with a text for the last two."""

    journey: Journey
    state: str
    text: str = ""
    seconds: float = 0
    rewritten: bool = False


class StepFailed(Exception):
    """A step did not do what the journey says."""


def _substitute(text: str, variables: Variables) -> str:
    def value(match: re.Match) -> str:
        return variables.get(match.group(1), match.group(0))

    return _VARIABLE.sub(value, text)


def _environment(places: Places, scratch: pathlib.Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
    path = f"{places.binary.parent}:{os.environ.get('PATH', '/usr/bin:/bin')}"
    fixed = {"PATH": path, "HOME": str(scratch), "TZ": "UTC", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    return {**kept, **fixed}


def _write_file(step: FileStep, scratch: pathlib.Path) -> None:
    path = scratch / step.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(step.content)


def _copy(step: CopyStep, places: Places, scratch: pathlib.Path, variables: Variables) -> None:
    source = places.source / _substitute(step.source, variables)
    if not source.exists():
        raise StepFailed(f"line {step.line}: nothing to copy at {step.source}")
    target = scratch / step.name
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


def _execute(step: RunStep, places: Places, scratch: pathlib.Path, variables: Variables):
    words = [_substitute(word, variables) for word in shlex.split(step.command)]
    if words and words[0] == "clewline":
        words[0] = str(places.binary)
    stdin = (scratch / step.stdin).read_bytes() if step.stdin else b""
    try:
        return subprocess.run(
            words,
            cwd=scratch,
            env={**_environment(places, scratch), **step.env},
            input=stdin,
            capture_output=True,
            timeout=step.timeout_seconds,
        )
    except FileNotFoundError:
        raise StepFailed(f"line {step.line}: no such program: {words[0]}") from None
    except subprocess.TimeoutExpired:
        raise StepFailed(f"line {step.line}: no end within {step.timeout_seconds} s") from None


def _check_text(stream: str, text: str, checks, variables: Variables) -> str | None:
    for verb, wanted in checks:
        wanted = _substitute(wanted, variables)
        found = re.search(wanted, text) if verb == "matches" else wanted in text
        if bool(found) == (verb == "lacks"):
            return f"{stream}: {verb} {wanted}\n--- {stream} was\n{text.rstrip()}"
    return None


def _check_run(step: RunStep, done, variables: Variables) -> str | None:
    """What is wrong with the outcome of a command, or None."""
    stdout, stderr = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    if done.returncode != step.exit_status:
        said = "\n".join((stdout.rstrip() + "\n" + stderr.rstrip()).splitlines()[-40:])
        return f"exit {done.returncode}, expected {step.exit_status}\n{said}"
    wrong = _check_text("stdout", stdout, step.stdout_checks, variables)
    wrong = wrong or _check_text("stderr", stderr, step.stderr_checks, variables)
    if wrong or step.expectation is None:
        return wrong
    compare = COMPARE[step.expectation.mode]
    return compare(step.expectation.lines, stdout.splitlines(), variables)


def _rewritten(step: RunStep, stdout: str, variables: Variables) -> list[str]:
    """The lines to put below `=== expect`: what came, placeholders kept where they fit."""
    fresh = [_SECONDS.sub(r'\1"<number>"', line) for line in stdout.splitlines()]
    if step.expectation.mode == "json":
        return fresh
    fresh = stdout.splitlines()
    return merge_placeholders(step.expectation.lines, fresh, variables)


def _run_steps(journey: Journey, places: Places, scratch: pathlib.Path, rewrite: bool) -> list:
    """Runs the steps; returns (expectation, lines) to replace when rewriting."""
    variables, replacements = places.variables(), []
    for step in journey.steps:
        if isinstance(step, FileStep):
            _write_file(step, scratch)
            continue
        if isinstance(step, CopyStep):
            _copy(step, places, scratch, variables)
            continue
        done = _execute(step, places, scratch, variables)
        wrong = _check_run(step, done, variables)
        if wrong and rewrite and step.expectation and done.returncode == step.exit_status:
            lines = _rewritten(step, done.stdout.decode(errors="replace"), variables)
            replacements.append((step.expectation, lines))
        elif wrong:
            raise StepFailed(f"line {step.line}: {step.command}\n{wrong}")
    return replacements


def _write_back(journey: Journey, replacements: list) -> None:
    lines = list(journey.lines)
    for expectation, fresh in sorted(replacements, key=lambda pair: -pair[0].line):
        lines[expectation.line : expectation.end] = fresh
    journey.path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run_journey(journey: Journey, places: Places, rewrite: bool = False) -> Outcome:
    """Runs one journey from its first line to its last in an empty folder."""
    absent = [need for need in journey.needs if need != "time" and places.folder(need) is None]
    if absent:
        return Outcome(journey, "skipped", f"needs {', '.join(absent)}")
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clewline-journey-") as name:
        try:
            replacements = _run_steps(journey, places, pathlib.Path(name), rewrite)
        except StepFailed as failure:
            return Outcome(journey, "failed", str(failure), time.monotonic() - start)
    if replacements:
        _write_back(journey, replacements)
    return Outcome(journey, "passed", "", time.monotonic() - start, bool(replacements))
