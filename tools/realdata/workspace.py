"""Runs the program on one workspace and reads its JSON."""

import json
import pathlib
import subprocess


class ProgramFailed(Exception):
    """The program ended with an error; the message is what it printed."""


class Workspace:
    """A fresh workspace in a folder, driven only through the command line."""

    def __init__(self, binary: pathlib.Path, folder: pathlib.Path, zone: str = "UTC", region: str = ""):
        self.binary, self.folder = binary, folder
        options = ["--zone", zone] + (["--region", region] if region else [])
        self._run("init", str(folder), *options)

    def _run(self, *words: str) -> str:
        command = [str(self.binary), "--output", "json", "--quiet", *words]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise ProgramFailed(f"{' '.join(words)}: exit {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def _json(self, *words: str):
        text = self._run(*words)
        try:
            return json.loads(text)
        except ValueError as error:
            raise ProgramFailed(f"{' '.join(words)}: no JSON ({error}): {text[:200]!r}") from error

    def import_files(self, mapping: str, files, source: str = "") -> dict:
        """Imports files; returns the summary of the command contract."""
        words = ["import", "-w", str(self.folder), "--mapping", mapping]
        if source:
            words += ["--source", source]
        return self._json(*words, *[str(file) for file in files])

    def link(self) -> dict:
        """Links; returns the summary."""
        return self._json("link", "-w", str(self.folder))

    def gaps(self) -> list:
        """Returns the rows of `gaps`, without intervals."""
        return self._json("gaps", "-w", str(self.folder), "--resamples", "0")

    def bridge(self) -> list:
        """Returns the rows of `bridge`."""
        return self._json("bridge", "-w", str(self.folder))

    def rows(self, sql: str) -> list:
        """Returns the rows of one SELECT over the public views."""
        return self._json("sql", "-w", str(self.folder), sql)

    def number(self, sql: str) -> int:
        """Returns the single number of one SELECT."""
        row = self.rows(sql)[0]
        return next(iter(row.values()))
