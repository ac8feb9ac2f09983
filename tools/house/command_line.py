"""The commands of ./dev: one function each, its docstring is its help."""

import argparse
import subprocess
import sys

from house import benchmarks, building, fuzzing, suite, unit_tests
from house.machine import missing_packages, set_up
from house.shell import ROOT, CommandFailed, run, say


def command_help(arguments) -> int:
    """lists the commands"""
    print("usage: ./dev COMMAND [ARGUMENT…]\n")
    for name, function in COMMANDS.items():
        print(f"  {name:9} {function.__doc__}")
    print("\nStart with `./dev demo`; before a commit run `./dev check`; CI runs `./dev test`.")
    return 0


def command_setup(arguments) -> int:
    """installs the Debian packages that are missing (sudo when not root)"""
    set_up()
    say("nothing is missing" if not missing_packages() else "see the messages above")
    return 0


def command_build(arguments) -> int:
    """[PRESET] [TARGET…]: builds release (default), dev, asan, tsan, clang or fuzz"""
    preset = arguments[0] if arguments else "release"
    if preset not in building.PRESETS:
        raise CommandFailed(f"no preset {preset}; there are: {', '.join(building.PRESETS)}")
    building.build(preset, *arguments[1:])
    return 0


def command_demo(arguments) -> int:
    """builds, then makes, imports and links a sample contact centre and shows first answers"""
    return subprocess.run([building.program("release"), "demo", *arguments]).returncode


def command_test(arguments) -> int:
    """[--long] everything, from a bare machine; --rewrite [FILE…] fills journeys' expectations"""
    parser = argparse.ArgumentParser(prog="./dev test")
    parser.add_argument("--long", action="store_true", help="also clang, clang-tidy, more fuzzing")
    parser.add_argument("--rewrite", action="store_true", help="fill journeys with what came out")
    parser.add_argument("files", nargs="*", help="journeys to run or rewrite")
    options = parser.parse_args(arguments)
    if options.rewrite or options.files:
        binary = building.program("dev")
        rewrite = ["--rewrite"] if options.rewrite else []
        tool = ["python3", "tools/journeys.py", "--binary", str(binary), *rewrite, *options.files]
        return subprocess.run(tool, cwd=ROOT, env=unit_tests.test_environment()).returncode
    return suite.test(options.long)


def command_check(arguments) -> int:
    """lint, unit tests and journeys on the dev build: under two minutes when warm"""
    return suite.check()


def command_unit(arguments) -> int:
    """[PRESET] [PROGRAM…]: builds and runs unit tests, e.g. `./dev unit asan ingest_test`"""
    preset = arguments[0] if arguments and arguments[0] in building.PRESETS else "dev"
    names = [word for word in arguments if word not in building.PRESETS] or None
    counts = unit_tests.run_all(building.build(preset, *(names or ["test_programs"])), names)
    print(counts.line())
    return 1 if counts.failed else 0


def command_lint(arguments) -> int:
    """[--rule NAME] [--shrink-ratchet]: the rules of the house; see tools/lint/README.md"""
    return subprocess.run(["python3", "tools/lint", *arguments], cwd=ROOT).returncode


def command_fmt(arguments) -> int:
    """formats C++ sources in place (clang-format 19)"""
    return subprocess.run(["python3", "tools/lint", "--format"], cwd=ROOT).returncode


def command_bench(arguments) -> int:
    """NAME [--output json]: one benchmark; fails when its budget is missed"""
    if not arguments:
        raise CommandFailed("name a benchmark, e.g. `./dev bench link`")
    return benchmarks.run_benchmark(arguments[0], arguments[1:])


def command_fuzz(arguments) -> int:
    """[NAME] [SECONDS]: fuzzes every reader and loader, or one (default 30 s each)"""
    words = [word for word in arguments if not word.isdigit()]
    seconds = [int(word) for word in arguments if word.isdigit()]
    counts = fuzzing.run_fuzzers(seconds[0] if seconds else 30, words[0] if words else None)
    print(counts.line())
    return 1 if counts.failed else 0


def command_docs(arguments) -> int:
    """writes the generated pages (docs/reference), then checks every link"""
    run("python3", "tools/docs.py", *arguments)
    return command_lint(["--rule", "doc-link"])


def command_package(arguments) -> int:
    """makes dist/clewline-VERSION-linux-x86_64.tar.gz and tries it in an empty folder"""
    building.program("release")
    return subprocess.run(["python3", "tools/package.py", "--test", *arguments], cwd=ROOT).returncode


def command_data(arguments) -> int:
    """imports the real data sets and writes docs/real_data.md and docs/real_data_bank.md"""
    data = unit_tests.real_data_folder()
    if data is None:
        raise CommandFailed("no real data: set CLEWLINE_REAL_DATA to its folder")
    binary = building.program("release")
    ended = 0
    for page in ("real_data", "real_data_bank"):
        tool = ["python3", f"tools/{page}.py", "--binary", str(binary), "--data", str(data)]
        ended |= subprocess.run([*tool, *arguments], cwd=ROOT).returncode
    return ended


COMMANDS = {
    "help": command_help,
    "setup": command_setup,
    "build": command_build,
    "demo": command_demo,
    "test": command_test,
    "check": command_check,
    "unit": command_unit,
    "lint": command_lint,
    "fmt": command_fmt,
    "bench": command_bench,
    "fuzz": command_fuzz,
    "docs": command_docs,
    "package": command_package,
    "data": command_data,
}


def main(words: list[str]) -> int:
    """Runs one command; returns the exit status."""
    name = words[0] if words else "help"
    if name in ("-h", "--help"):
        name = "help"
    if name not in COMMANDS:
        say(f"no command {name}; `./dev help` lists them")
        return 2
    try:
        return COMMANDS[name](words[1:])
    except CommandFailed as failure:
        say(f"./dev {name}: {failure}")
        return 1
    except KeyboardInterrupt:
        say("interrupted")
        return 130
