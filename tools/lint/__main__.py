"""The rules of the house as a program: `./dev lint`. Prints findings; 1 when there is one."""

import argparse
import pathlib
import sys

import compile_rules
import layer_rules
import length_rules
import name_rules
import reference_rules
import wording_rules
from source_tree import Tree

CHECKS = {
    "forbidden-include": layer_rules.check_includes,
    "external-include": layer_rules.check_external,
    "forbidden-depend": layer_rules.check_cmake,
    "cycle": layer_rules.check_cycles,
    "banned-name": name_rules.check_names,
    "missing-readme": name_rules.check_readmes,
    "function-length file-length ratchet": length_rules.check_lengths,
    "dead-file": reference_rules.check_dead_files,
    "doc-link": reference_rules.check_doc_links,
    "machine-path": reference_rules.check_machine_paths,
    "comment-words": wording_rules.check_comments,
    "library-prints": wording_rules.check_printing,
    "header-alone": compile_rules.check_headers,
    "format": compile_rules.check_format,
}


def rules() -> list[str]:
    """Names of all rules."""
    return [name for names in CHECKS for name in names.split()]


def findings(tree: Tree, rule: str | None = None) -> list:
    """Every finding of every rule (or of one), in order of path and line."""
    found = []
    for names, check in CHECKS.items():
        if rule is None or rule in names.split():
            found += [finding for finding in check(tree) if rule in (None, finding.rule)]
    return sorted(found)


def main() -> int:
    """Reads the arguments, prints findings."""
    parser = argparse.ArgumentParser(prog="./dev lint", description=__doc__)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--tree", type=pathlib.Path, default=root, help="root of another tree")
    parser.add_argument("--rule", choices=rules(), help="one rule only")
    parser.add_argument("--rules", action="store_true", help="list the rules")
    parser.add_argument("--format", action="store_true", help="format C++ in place instead")
    parser.add_argument("--shrink-ratchet", action="store_true", help="lower recorded exceptions")
    options = parser.parse_args()
    tree = Tree(options.tree)
    if options.rules:
        print("\n".join(rules()))
        return 0
    if options.format:
        compile_rules.format_files(tree)
        return 0
    if options.shrink_ratchet:
        length_rules.shrink_ratchet(tree)
        return 0
    found = findings(tree, options.rule)
    for finding in found:
        print(finding)
    print(f"lint: {len(tree.paths)} files, {len(found)} findings", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
