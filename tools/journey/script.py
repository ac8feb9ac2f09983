"""Reading a journey file into steps. The format is described in tests/journeys/README.md."""

import base64
import dataclasses
import pathlib
import re

SECTION = re.compile(r"^=== (\w[\w-]*)(?: (.*))?$")
RUN_OPTIONS = ("exit", "stdout", "stderr", "stdin", "env", "timeout")
MODES = ("exact", "unordered", "json")
NEEDS = ("real-data", "samples", "golden", "time")  # time: left out of `./dev check`


class FormatError(Exception):
    """The journey file itself is wrong; the text names the line."""


@dataclasses.dataclass
class FileStep:
    """A file to write into the scratch folder."""

    line: int
    name: str
    content: bytes


@dataclasses.dataclass
class CopyStep:
    """A file or folder of the project or the data to copy into the scratch folder."""

    line: int
    source: str
    name: str


@dataclasses.dataclass
class Expectation:
    """Expected stdout: where it stands in the file, how it is compared, its lines."""

    line: int
    mode: str
    lines: list[str]
    end: int


@dataclasses.dataclass
class RunStep:
    """A command with what must come out of it."""

    line: int
    command: str
    exit_status: int = 0
    stdout_checks: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    stderr_checks: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    stdin: str | None = None
    env: dict[str, str] = dataclasses.field(default_factory=dict)
    timeout_seconds: float = 60
    expectation: Expectation | None = None


@dataclasses.dataclass
class Journey:
    """One file of tests/journeys."""

    path: pathlib.Path
    title: str
    needs: list[str]
    steps: list
    lines: list[str]


def _sections(lines: list[str]):
    """Yields (line number from 1, kind, argument, body lines) of every section."""
    current, body = None, []
    for number, line in enumerate(lines, start=1):
        match = SECTION.match(line)
        if match:
            if current:
                yield (*current, body)
            current, body = (number, match.group(1), (match.group(2) or "").strip()), []
        elif current:
            body.append(line)
    if current:
        yield (*current, body)


def _trimmed(body: list[str]) -> list[str]:
    """The body without the blank lines at its end: they separate sections."""
    end = len(body)
    while end and not body[end - 1].strip():
        end -= 1
    return body[:end]


def _file(number: int, name: str, body: list[str]) -> FileStep:
    body = _trimmed(body)
    if body and body[0].strip() == "encoding: base64":
        return FileStep(number, name, base64.b64decode("".join(body[1:])))
    if body and body[0].strip() == "newline: none":
        return FileStep(number, name, "\n".join(body[1:]).encode())
    if body and body[0].strip() == "newline: crlf":
        return FileStep(number, name, "".join(row + "\r\n" for row in body[1:]).encode())
    return FileStep(number, name, "".join(row + "\n" for row in body).encode())


def _check(number: int, text: str) -> tuple[str, str]:
    match = re.match(r"^(contains|lacks|matches) (.+)$", text)
    if not match:
        raise FormatError(f"line {number}: write `contains TEXT`, `lacks TEXT` or `matches REGEX`")
    return match.group(1), match.group(2)


def _run(number: int, command: str, body: list[str]) -> RunStep:
    step = RunStep(number, command)
    for offset, row in enumerate(_trimmed(body), start=1):
        if not row.strip() or row.startswith("#"):
            continue
        key, colon, value = row.partition(":")
        value = value.strip()
        if not colon or key not in RUN_OPTIONS:
            raise FormatError(
                f"line {number + offset}: after `=== run` come only {', '.join(RUN_OPTIONS)}"
            )
        if key == "exit":
            step.exit_status = int(value)
        elif key == "stdout":
            step.stdout_checks.append(_check(number + offset, value))
        elif key == "stderr":
            step.stderr_checks.append(_check(number + offset, value))
        elif key == "stdin":
            step.stdin = value
        elif key == "env":
            name, _, content = value.partition("=")
            step.env[name] = content
        else:
            step.timeout_seconds = float(value)
    return step


def _expect(number: int, mode: str, body: list[str], steps: list) -> None:
    mode = {"": "exact", "rows": "unordered"}.get(mode, mode)
    if mode not in MODES:
        raise FormatError(f"line {number}: `=== expect` may be followed by {', '.join(MODES)}")
    if not steps or not isinstance(steps[-1], RunStep) or steps[-1].expectation:
        raise FormatError(f"line {number}: `=== expect` must follow the `=== run` it belongs to")
    lines = _trimmed(body)
    steps[-1].expectation = Expectation(number, mode, lines, number + len(lines))


def parse(path: pathlib.Path) -> Journey:
    """Reads one journey; raises FormatError with the line."""
    lines = path.read_text(encoding="utf-8").split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    title = lines[0][2:].strip() if lines and lines[0].startswith("# ") else ""
    if not title:
        raise FormatError("line 1: a journey begins with `# what it shows`")
    needs, steps = [], []
    for number, kind, argument, body in _sections(lines):
        if kind == "file":
            steps.append(_file(number, argument, body))
        elif kind == "copy":
            source, _, name = argument.partition(" as ")
            steps.append(CopyStep(number, source, name or pathlib.Path(source).name))
        elif kind == "run":
            steps.append(_run(number, argument, body))
        elif kind == "expect":
            _expect(number, argument, body, steps)
        elif kind == "needs" and argument in NEEDS:
            needs.append(argument)
        elif kind != "note":
            raise FormatError(f"line {number}: unknown section `{kind} {argument}`")
    if not any(_checks_something(step) for step in steps):
        raise FormatError("no `=== run` checks anything: add `=== expect`, an exit or a message")
    return Journey(path, title, needs, steps, lines)


def _checks_something(step) -> bool:
    if not isinstance(step, RunStep):
        return False
    return bool(step.expectation or step.stdout_checks or step.stderr_checks or step.exit_status)
