"""Rules that run a compiler or formatter; results are kept by content hash."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from source_tree import Finding, Tree

FORMATTER = "clang-format-19"
_JOBS = os.cpu_count() or 1


class Cache:
    """Hashes that passed before, in build/lint_cache.json; failures are never kept."""

    def __init__(self, tree: Tree):
        self.path = tree.root / "build" / "lint_cache.json"
        try:
            self.passed = set(json.loads(self.path.read_text()))
        except (OSError, ValueError):
            self.passed = set()
        self.used: set[str] = set()

    def holds(self, key: str) -> bool:
        """Whether this content passed before."""
        if key in self.passed:
            self.used.add(key)
        return key in self.passed

    def add(self, key: str) -> None:
        """Keeps a content that passed."""
        self.used.add(key)

    def save(self) -> None:
        """Writes the hashes used in this run, so that the file does not grow."""
        if self.path.parent.is_dir():
            self.path.write_text(json.dumps(sorted(self.used)))


def _duckdb_include() -> pathlib.Path:
    cache = os.environ.get("CLEWLINE_CACHE", os.path.expanduser("~/.cache/clewline"))
    return pathlib.Path(cache) / "duckdb-1.5.6" / "include"


def _closure_hash(tree: Tree, path: str) -> str:
    """Hash of a header and every header of ours it includes."""
    seen, pending = set(), [path]
    while pending:
        at = pending.pop()
        if at in seen or at not in tree.paths:
            continue
        seen.add(at)
        pending += [f"src/{include.name}" for include in tree.includes(at)]
    digest = hashlib.sha256(b"header-alone 1\n")
    for at in sorted(seen):
        digest.update(at.encode() + b"\0" + tree.text(at).encode())
    return digest.hexdigest()


def _compile_header(tree: Tree, path: str) -> Finding | None:
    with tempfile.NamedTemporaryFile("w", suffix=".cc") as source:
        source.write(f'#include "{path.removeprefix("src/")}"\n')
        source.flush()
        command = ["g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror"]
        command.append('-DCLEWLINE_SOURCE_DIR="."')
        folders = ["-I", str(tree.root / "src"), "-isystem", str(_duckdb_include())]
        done = subprocess.run(
            [*command, *folders, source.name], capture_output=True, text=True, cwd=tree.root
        )
    if done.returncode == 0:
        return None
    error = next((row for row in done.stderr.splitlines() if "error:" in row), done.stderr[:200])
    return Finding(path, 1, "header-alone", "does not compile alone: " + error.split("error:")[-1].strip())


def check_headers(tree: Tree):
    """header-alone: a file that includes only this header compiles."""
    cache = Cache(tree)
    headers = [(path, _closure_hash(tree, path)) for path in tree.select(".h", under="src/")]
    open_headers = [(path, key) for path, key in headers if not cache.holds(key)]
    with concurrent.futures.ThreadPoolExecutor(_JOBS) as pool:
        findings = pool.map(lambda pair: _compile_header(tree, pair[0]), open_headers)
        for number, ((_, key), finding) in enumerate(zip(open_headers, findings)):
            if finding is None:
                cache.add(key)
            else:
                yield finding
            if number % 10 == 0:
                cache.save()
    cache.save()


def _chunks(paths: list[str], size: int):
    return [paths[start : start + size] for start in range(0, len(paths), size)]


def _unformatted(tree: Tree, paths: list[str]) -> list[str]:
    command = [FORMATTER, "--dry-run", "-Werror", "--ferror-limit=1", *paths]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tree.root)
    return [row for row in done.stderr.splitlines() if "[-Wclang-format-violations]" in row]


def check_format(tree: Tree):
    """format: C++ is formatted by clang-format 19 with the tree's .clang-format."""
    paths = tree.select(".h", ".cc")
    if not paths:
        return
    if shutil.which(FORMATTER) is None:
        yield Finding(paths[0], 1, "format", f"{FORMATTER} is missing: ./dev setup")
        return
    with concurrent.futures.ThreadPoolExecutor(_JOBS) as pool:
        rows = pool.map(lambda chunk: _unformatted(tree, chunk), _chunks(paths, 12))
    seen = set()
    for row in (row for chunk in rows for row in chunk):
        path, line = row.split(":")[:2]
        if path not in seen:
            seen.add(path)
            yield Finding(path, int(line), "format", "not formatted: ./dev fmt")


def format_files(tree: Tree) -> None:
    """Formats every C++ file in place."""
    subprocess.run([FORMATTER, "-i", *tree.select(".h", ".cc")], cwd=tree.root, check=True)
