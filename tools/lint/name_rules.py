"""Names of types and files."""

import re

from source_tree import Finding, Tree, module_of

BANNED = {"util", "utils", "utility", "utilities", "helper", "helpers", "common", "manager"}
BANNED |= {"managers", "data", "info", "infos", "misc"}
_TYPE = re.compile(
    r"\b(?:class|struct|enum(?:\s+class)?|union|concept|using)\s+(?:\[\[\w+\]\]\s*)?([A-Za-z_]\w*)"
    r"(?=\s*(?:final\b|[:{=;]))"
)
_PART = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def _banned_part(name: str) -> str | None:
    parts = [part.lower() for part in _PART.findall(name)]
    return next((part for part in parts if part in BANNED), None)


def check_names(tree: Tree):
    """banned-name: no Util, Helper, Common, Manager, Data or Info in a type's or file's name."""
    for path in tree.select(".h", ".cc", ".py", under="src/") + tree.select(".py", under="tools/"):
        part = _banned_part(path.rsplit("/", 1)[1].split(".")[0].replace("real_data", ""))
        if part:
            yield Finding(path, 1, "banned-name", f"file name with '{part}': name the concept")
    for path in tree.sources():
        code = tree.code(path)
        for match in _TYPE.finditer(code):
            name = match.group(1)
            if not name[0].isupper():
                continue
            part = _banned_part(name)
            if part:
                line = code.count("\n", 0, match.start(1)) + 1
                text = f"type {name} with '{part}': name the concept"
                yield Finding(path, line, "banned-name", text)


def check_readmes(tree: Tree):
    """missing-readme: every module says on a page what it is for."""
    listings = tree.select("/CMakeLists.txt", under="src/")
    for path in listings:
        if path == f"src/{module_of(path)}/CMakeLists.txt" and path.removesuffix("CMakeLists.txt") + "README.md" not in tree.paths:
            text = "module without README.md: purpose, public types, invariants, what it must not do"
            yield Finding(path, 1, "missing-readme", text)
