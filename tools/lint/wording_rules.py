"""Words in comments, and calls that library code must not make."""

import re

from source_tree import Finding, Tree, comments, module_of

_UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|placeholder implementation)\b|\bstub\b", re.IGNORECASE)
_DATED = re.compile(
    r"\b(now|nowadays|currently|presently|recently|newly|at the moment|for the time being|no longer)\b",
    re.IGNORECASE,
)
_NEW = re.compile(r"\b(the|a) new (way|version|code|behaviou?r|implementation|api)\b", re.IGNORECASE)
_PRINT = re.compile(r"\bstd::(cout|cerr|clog)\b|(?<![\w.>])(?:std::)?(?:printf|puts|putchar|fputs|fprintf)\s*\(")
_EXIT = re.compile(r"(?<![\w.>:])(?:std::)?(?:exit|_exit|quick_exit|abort|terminate)\s*\(")
_TEST_FILE = re.compile(r"(_test|_bench|_fuzz)\.cc$|_test_support\.(h|cc)$|/(testing|fuzz)/")


def check_comments(tree: Tree):
    """comment-words: nothing unfinished; `///` is true at any date."""
    for path in tree.select(".h", ".cc"):
        for line, text in comments(tree.text(path)):
            bare = re.sub(r"`[^`]*`|\"[^\"]*\"", "", text)
            unfinished = _UNFINISHED.search(bare)
            dated = text.lstrip().startswith("///") and (_DATED.search(bare) or _NEW.search(bare))
            if unfinished:
                message = f"'{unfinished.group(0)}': finish it, or write an issue"
                yield Finding(path, line, "comment-words", message)
            elif dated:
                message = f"'{dated.group(0)}' in a doc comment: say what holds at any date"
                yield Finding(path, line, "comment-words", message)


def check_printing(tree: Tree):
    """library-prints: only the modules in layers.toml [behaviour] print; only some end the process."""
    behaviour = tree.layers.get("behaviour", {})
    rules = ((_PRINT, "prints", "prints"), (_EXIT, "exits", "ends the process"))
    for path in tree.sources():
        if _TEST_FILE.search(path):
            continue
        code = tree.code(path)
        for pattern, key, what in rules:
            if module_of(path) in behaviour.get(key, []) or path in behaviour.get(key, []):
                continue
            for match in pattern.finditer(code):
                line = code.count("\n", 0, match.start()) + 1
                text = f"{match.group(0).rstrip('(')} {what}: return a Result instead"
                yield Finding(path, line, "library-prints", text)
