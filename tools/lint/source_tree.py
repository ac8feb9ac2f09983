"""The files of a tree and what can be read from them: texts, includes, sources without comments."""

import dataclasses
import functools
import pathlib
import re
import subprocess
import tomllib

TEXT_SUFFIXES = {".h", ".cc", ".py", ".md", ".cmake", ".toml", ".yaml", ".yml", ".json", ".journey"}
TEXT_SUFFIXES |= {".txt", ".sh", ".sql", ".supp"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(["<])([^">]+)[">]', re.MULTILINE)


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    """One breach of a rule."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: [{self.rule}] {self.message}"


@dataclasses.dataclass(frozen=True)
class Include:
    """One #include: the name in it, whether quoted, and its line."""

    name: str
    quoted: bool
    line: int


class Tree:
    """A source tree. Paths are relative to its root, with forward slashes."""

    def __init__(self, root: pathlib.Path):
        self.root = root.resolve()
        self.paths = [path for path in self._listed() if self._is_ours(path)]

    def _listed(self) -> list[str]:
        if (self.root / ".git").exists():
            command = ["git", "ls-files", "-co", "--exclude-standard"]
            listed = subprocess.run(command, cwd=self.root, capture_output=True, text=True).stdout
            found = listed.splitlines()
        else:
            found = [str(path.relative_to(self.root)) for path in self.root.rglob("*")]
        return sorted(path for path in set(found) if (self.root / path).is_file())

    def _is_ours(self, path: str) -> bool:
        # The linter's examples break the rules on purpose.
        return not path.startswith("tests/lint/examples/")

    def select(self, *suffixes: str, under: str = "") -> list[str]:
        """Paths with one of the suffixes below a folder."""
        return [p for p in self.paths if p.startswith(under) and p.endswith(suffixes)]

    def sources(self) -> list[str]:
        """C++ files of src/."""
        return self.select(".h", ".cc", under="src/")

    @functools.lru_cache(maxsize=None)
    def text(self, path: str) -> str:
        """The content of a file."""
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    @functools.lru_cache(maxsize=None)
    def code(self, path: str) -> str:
        """C++ without comments, strings' contents and directives; offsets and lines stay."""
        return strip_cpp(self.text(path))

    @functools.lru_cache(maxsize=None)
    def includes(self, path: str) -> list[Include]:
        """The #include lines of a C++ file."""
        text = self.text(path)
        return [
            Include(m.group(2), m.group(1) == '"', text.count("\n", 0, m.start(2)) + 1)
            for m in INCLUDE.finditer(text)
        ]

    @functools.cached_property
    def layers(self) -> dict:
        """layers.toml, empty when there is none."""
        path = self.root / "layers.toml"
        return tomllib.loads(path.read_text()) if path.exists() else {}

    def layers_line(self, key: str) -> int:
        """The line of layers.toml that begins with a key; 1 when there is none."""
        lines = self.text("layers.toml").splitlines()
        for number, line in enumerate(lines, start=1):
            if line.split("=")[0].strip().strip('"') == key:
                return number
        return 1


def module_of(path: str) -> str:
    """The module of a file below src/: its folder, two folders for an insight; else ''."""
    parts = path.split("/")
    if parts[0] != "src" or len(parts) < 3:
        return ""
    return "/".join(parts[1:3]) if parts[1] == "insights" else parts[1]


_TOKEN = re.compile(
    r"""(?P<raw>R"(?P<delimiter>[^()\\\s]{0,16})\((?:.|\n)*?\)(?P=delimiter)")
      | (?P<line_comment>//(?:\\\n|[^\n])*)
      | (?P<block_comment>/\*(?:.|\n)*?\*/)
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<char>(?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])+')
      | (?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)""",
    re.VERBOSE | re.MULTILINE,
)


def strip_cpp(text: str) -> str:
    """Blanks comments, directives and the contents of literals; keeps every line break."""

    def blank(match: re.Match) -> str:
        found = match.group(0)
        spaces = re.sub(r"[^\n]", " ", found)
        if match.lastgroup in ("string", "raw", "delimiter") and len(found) >= 2:
            return '"' + spaces[1:-1] + '"'
        return spaces

    return _TOKEN.sub(blank, text)


def comments(text: str):
    """Yields (line, text) of every C++ comment line."""
    for match in _TOKEN.finditer(text):
        if match.group("line_comment") or match.group("block_comment"):
            first = text.count("\n", 0, match.start()) + 1
            for offset, row in enumerate(match.group(0).split("\n")):
                yield first + offset, row
