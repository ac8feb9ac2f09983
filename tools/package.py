#!/usr/bin/env python3
"""Packs the release build into an archive that runs on a Debian 12 machine without a compiler.

bin/clewline, lib/ with libduckdb and every shared library outside glibc, share/clewline/mappings
with the samples of their tests, licences. Programs and libraries find each other by $ORIGIN, so the folder may lie anywhere.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
# What every Debian 12 has: glibc with its loader.
SYSTEM = re.compile(r"^(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util|nsl|anl))\.so")


def _run(*command, **options) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"package: {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def version() -> str:
    """The version in CMakeLists.txt."""
    text = (ROOT / "CMakeLists.txt").read_text()
    return re.search(r"project\(clewline VERSION ([\d.]+)", text).group(1)


def _libraries(program: pathlib.Path) -> dict[str, pathlib.Path]:
    """Shared libraries the program loads, glibc's own left out: name -> file."""
    found = {}
    for row in _run("ldd", program).splitlines():
        match = re.match(r"\s*(\S+) => (/\S+)", row)
        if match and not SYSTEM.match(match.group(1)):
            found[match.group(1)] = pathlib.Path(match.group(2))
        elif "not found" in row:
            sys.exit(f"package: {row.strip()}: build the release preset again")
    return found


def _debian_package(library: pathlib.Path) -> str | None:
    """The Debian package that owns a library, asked by both of its spellings (/usr merge)."""
    real = library.resolve()
    for path in (library, real, pathlib.Path(str(real).removeprefix("/usr"))):
        asked = subprocess.run(["dpkg-query", "-S", str(path)], capture_output=True, text=True)
        if asked.returncode == 0:
            return asked.stdout.split(":")[0]
    return None


def _copy_licences(libraries: dict[str, pathlib.Path], target: pathlib.Path) -> None:
    target.mkdir(parents=True)
    for library in libraries.values():
        beside = library.resolve().parents[1] / "LICENSE"
        package = _debian_package(library)
        source = pathlib.Path(f"/usr/share/doc/{package}/copyright") if package else beside
        if not source.exists():
            sys.exit(f"package: no licence text found for {library}")
        shutil.copyfile(source, target / f"{package or 'duckdb'}.txt")


def assemble(build: pathlib.Path, target: pathlib.Path) -> None:
    """Fills the folder `target` with the relocatable tree."""
    binary = target / "bin" / "clewline"
    (target / "bin").mkdir(parents=True)
    (target / "lib").mkdir()
    (target / "share" / "clewline").mkdir(parents=True)
    libraries = _libraries(build / "bin" / "clewline")
    shutil.copyfile(build / "bin" / "clewline", binary)
    binary.chmod(0o755)
    _run("patchelf", "--set-rpath", "$ORIGIN/../lib", binary)
    _run("strip", "--strip-unneeded", binary)
    for name, source in libraries.items():
        copy = target / "lib" / name
        shutil.copyfile(source.resolve(), copy)
        _run("patchelf", "--set-rpath", "$ORIGIN", copy)
    shutil.copytree(ROOT / "mappings", target / "share" / "clewline" / "mappings")
    # The tests in a mapping name their samples as ../tests/presets.
    samples = target / "share" / "clewline" / "tests" / "presets"
    shutil.copytree(ROOT / "tests" / "presets", samples)
    _copy_licences(libraries, target / "share" / "licenses")
    for name in ("LICENSE", "README.md", "CHANGELOG.md"):
        shutil.copyfile(ROOT / name, target / name)


def archive(folder: pathlib.Path) -> pathlib.Path:
    """Writes dist/<folder>.tar.gz with the same bytes for the same content."""
    out = ROOT / "dist" / f"{folder.name}.tar.gz"
    out.parent.mkdir(exist_ok=True)
    fixed = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=2020-01-01"]
    _run("tar", *fixed, "-I", "gzip -n", "-cf", out, "-C", folder.parent, folder.name)
    return out


def try_it(packed: pathlib.Path) -> None:
    """Unpacks in an empty folder and runs there with a clean environment: version, then the demo."""
    with tempfile.TemporaryDirectory(prefix="clewline-package-") as name:
        scratch = pathlib.Path(name)
        _run("tar", "-xzf", packed, "-C", scratch)
        folder = next(path for path in scratch.iterdir() if path.is_dir())
        binary = folder / "bin" / "clewline"
        clean = {"PATH": "/nowhere", "HOME": name, "LC_ALL": "C.UTF-8"}
        said = _run(binary, "--version", env=clean, cwd=scratch)
        if version() not in said:
            sys.exit(f"package: --version says {said!r}")
        foreign = [
            f"{library} => {path}"
            for library, path in _libraries(binary).items()
            if not str(path.resolve()).startswith(str(folder.resolve()))
        ]
        if foreign:
            sys.exit("package: libraries from outside the archive: " + ", ".join(foreign))
        shown = _run(binary, "demo", "--no-serve", env=clean, cwd=scratch)
        if "journey" not in shown:
            sys.exit(f"package: the demo shows no journeys:\n{shown}")
        _run(binary, "mapping", "test", "genesys_cloud_query", env=clean, cwd=scratch)


def main() -> int:
    """Assembles, packs and, with --test, tries the archive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--test", action="store_true", help="unpack elsewhere and run it")
    options = parser.parse_args()
    if not (options.build / "bin" / "clewline").exists():
        sys.exit("package: no release build: run ./dev build release")
    with tempfile.TemporaryDirectory(prefix="clewline-pack-") as name:
        folder = pathlib.Path(name) / f"clewline-{version()}-linux-{os.uname().machine}"
        assemble(options.build, folder)
        packed = archive(folder)
    if options.test:
        try_it(packed)
    print(f"{packed.relative_to(ROOT)} {packed.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
