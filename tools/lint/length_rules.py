"""Lengths of functions and files, with a ratchet: recorded exceptions may only shrink."""

import ast
import dataclasses
import pathlib
import re

from source_tree import Finding, Tree

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500
RATCHET = "tools/lint/ratchet.txt"

_NAMESPACE = re.compile(r"\bnamespace\b|\bextern\s*\"")
_TYPE = re.compile(r"\b(?:class|struct|union|enum)\b")
_ASSIGNMENT = re.compile(r"(?<![=!<>+\-*/%&|^])=(?!=)")
_INITIALISER_LIST = re.compile(r"\)[^():]*(?<!:):(?!:)")


@dataclasses.dataclass(frozen=True)
class Extent:
    """A function or a file with its length."""

    path: str
    name: str
    line: int
    lines: int


def _is_function(head: str) -> bool:
    head = re.sub(r"\boperator\s*[^\s\w(]+", "operator", head)
    if "(" not in head or _NAMESPACE.search(head):
        return False
    before = head[: head.index("(")]
    return not _ASSIGNMENT.search(before) and not (_TYPE.search(before) and head.rstrip()[-1] != ")")


def _continues(head: str, depth: int) -> bool:
    """Whether the brace after `head` belongs to an expression: a default or a member's value."""
    if depth > 0:
        return True
    return bool(_INITIALISER_LIST.search(head) and re.search(r"[\w>]\s*$", head)
                and not re.search(r"\)\s*(?:const|noexcept|override|final)\s*$", head))


def _function_name(head: str) -> str:
    match = re.search(r"([\w:~]+(?:\s*operator\s*\S+?)?)\s*\(([^()]*)", head)
    if not match:
        return "?"
    name = match.group(1)
    if name in ("TEST", "TEST_F", "TEST_P"):
        return f"{name}({' '.join(match.group(2).split())})"
    return name


class _Scanner:
    """Walks over code without comments and strings and finds function bodies."""

    def __init__(self, path: str, code: str):
        self.path, self.code = path, code
        self.stack: list[str] = []
        self.head_start, self.depth = 0, 0
        self.open: tuple[str, int] | None = None
        self.found: list[Extent] = []

    def _line(self, offset: int) -> int:
        return self.code.count("\n", 0, offset) + 1

    def _on_open(self, offset: int) -> None:
        head = self.code[self.head_start : offset]
        if "function" in self.stack:
            self.stack.append("block")
        elif _continues(head, self.depth):
            self.stack.append("value")
        else:
            self._open_scope(head, offset)

    def _open_scope(self, head: str, offset: int) -> None:
        kind = "function" if head.strip() and _is_function(head) else "scope"
        if kind == "function":
            first = self.head_start + len(head) - len(head.lstrip())
            self.open = (_function_name(head), self._line(first))
        self.stack.append(kind)
        self.head_start, self.depth = offset + 1, 0

    def _on_close(self, offset: int) -> None:
        kind = self.stack.pop() if self.stack else "scope"
        if kind == "function":
            name, line = self.open
            self.found.append(Extent(self.path, name, line, self._line(offset) - line + 1))
        if kind in ("function", "scope"):
            self.head_start = offset + 1

    def scan(self) -> list[Extent]:
        """Every function with its first line and its length."""
        for match in re.finditer(r"[{}();]", self.code):
            mark, offset = match.group(0), match.start()
            inside = "function" in self.stack or "value" in self.stack
            if mark == "{":
                self._on_open(offset)
            elif mark == "}":
                self._on_close(offset)
            elif not inside and mark == "(":
                self.depth += 1
            elif not inside and mark == ")":
                self.depth -= 1
            elif not inside and mark == ";" and self.depth <= 0:
                self.head_start, self.depth = offset + 1, 0
        return self.found


def cpp_functions(path: str, code: str) -> list[Extent]:
    """Functions of a C++ file (its code without comments)."""
    return _Scanner(path, code).scan()


def python_functions(path: str, text: str) -> list[Extent]:
    """Functions of a Python file."""
    try:
        nodes = ast.walk(ast.parse(text))
    except SyntaxError:
        return []
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        Extent(path, node.name, node.lineno, node.end_lineno - node.lineno + 1)
        for node in nodes
        if isinstance(node, kinds)
    ]


def _too_long(tree: Tree) -> list[Extent]:
    found = []
    for path in tree.select(".h", ".cc"):
        found += cpp_functions(path, tree.code(path))
    python = tree.select(".py")
    for path in python:
        found += python_functions(path, tree.text(path))
    found = [extent for extent in found if extent.lines > FUNCTION_LINES_MAX]
    for path in tree.select(".h", ".cc") + python:
        lines = tree.text(path).count("\n")
        if lines > FILE_LINES_MAX:
            found.append(Extent(path, "(file)", 1, lines))
    return found


def read_ratchet(tree: Tree) -> dict[tuple[str, str], int]:
    """Recorded exceptions: (path, function name or '(file)') -> lines."""
    if RATCHET not in tree.paths:
        return {}
    rows = [line.split("\t") for line in tree.text(RATCHET).splitlines() if "\t" in line]
    return {(path, name): int(lines) for path, name, lines in rows}


def _finding(extent: Extent, recorded: int | None) -> Finding:
    limit = FILE_LINES_MAX if extent.name == "(file)" else FUNCTION_LINES_MAX
    rule = "file-length" if extent.name == "(file)" else "function-length"
    text = f"{extent.name} has {extent.lines} lines, at most {recorded or limit}"
    return Finding(extent.path, extent.line, rule, text + ": move parts into functions of their own")


def check_lengths(tree: Tree):
    """function-length, file-length, ratchet: over the limit only as far as recorded, never more."""
    recorded = read_ratchet(tree)
    actual: dict[tuple[str, str], Extent] = {}
    for extent in _too_long(tree):
        key = (extent.path, extent.name)
        if key not in actual or actual[key].lines < extent.lines:
            actual[key] = extent
    for key, extent in actual.items():
        if extent.lines > recorded.get(key, 0):
            yield _finding(extent, recorded.get(key))
    for number, (key, lines) in enumerate(recorded.items(), start=1):
        extent = actual.get(key)
        if extent is None or extent.lines < lines:
            text = f"{key[0]} {key[1]} is shorter than recorded: ./dev lint --shrink-ratchet"
            yield Finding(RATCHET, number, "ratchet", text)


def shrink_ratchet(tree: Tree) -> None:
    """Lowers and removes recorded exceptions; never adds or raises one."""
    recorded, lengths = read_ratchet(tree), {}
    for extent in _too_long(tree):
        key = (extent.path, extent.name)
        lengths[key] = max(extent.lines, lengths.get(key, 0))
    kept = {key: min(n, lengths[key]) for key, n in recorded.items() if key in lengths}
    rows = [f"{path}\t{name}\t{lines}\n" for (path, name), lines in sorted(kept.items())]
    pathlib.Path(tree.root / RATCHET).write_text("".join(rows))
