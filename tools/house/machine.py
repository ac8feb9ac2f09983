"""What the machine must have: Debian packages, installed only when missing."""

import os
import shutil
import subprocess

from house.shell import CommandFailed, run, say

# Compiler, build tools and libraries (DESIGN.md §14); one line each kind.
PACKAGES = """
g++ cmake ninja-build ccache mold pkg-config git ca-certificates
libsimdjson-dev libyaml-cpp-dev libphonenumber-dev libprotobuf-dev libabsl-dev libicu-dev
libre2-dev libssl-dev libxxhash-dev zlib1g-dev libzstd-dev libcli11-dev libfmt-dev
libxlsxwriter-dev libexpat1-dev
libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev
clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev patchelf tzdata
""".split()

# Only needed when no other installation provides the command.
COMMAND_PACKAGES = {"npm": "npm", "pip": "python3-pip"}


def _installed(packages) -> set[str]:
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages],
        capture_output=True,
        text=True,
    )
    rows = (line.split() for line in asked.stdout.splitlines())
    return {row[0] for row in rows if row[1:] == ["installed"]}


def _has_command(command: str) -> bool:
    if command == "pip":
        probe = subprocess.run(["python3", "-m", "pip", "--version"], capture_output=True)
        return probe.returncode == 0
    return shutil.which(command) is not None


def missing_packages() -> list[str]:
    """Debian packages that the build needs and the machine lacks."""
    present = _installed(PACKAGES)
    missing = [name for name in PACKAGES if name not in present]
    return missing + [
        package for command, package in COMMAND_PACKAGES.items() if not _has_command(command)
    ]


def set_up() -> None:
    """Installs what is missing with apt; does nothing on a machine that has everything."""
    if shutil.which("dpkg-query") is None:
        say("Not a Debian system: install the counterparts of these packages yourself:")
        say("  " + " ".join(PACKAGES))
        return
    missing = missing_packages()
    if not missing:
        return
    root = [] if os.geteuid() == 0 else ["sudo"]
    if root and shutil.which("sudo") is None:
        raise CommandFailed("as root, run: apt-get install -y " + " ".join(missing))
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run(*root, "apt-get", "update", "-q", env=quiet, quiet=True)
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends"]
    run(*root, *install, *missing, env=quiet, quiet=True)
