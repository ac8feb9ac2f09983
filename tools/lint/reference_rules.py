"""Files nobody uses, links that lead nowhere, paths of one machine."""

import pathlib
import posixpath
import re

from source_tree import TEXT_SUFFIXES, Finding, Tree

_WORD = re.compile(r"[\w./-]+\.(?:cc|h)\b")
_LINK = re.compile(r"(?<!\!)\[[^\]\n]*\]\(([^)\s]+)\)")
_DOC = re.compile(r"(?<![\w./-])docs/[\w./-]+\.md\b")
_MACHINE = re.compile(r"(?<![\w.$}~/-])/(?:home|root|work|farm|Users|workspace)/[\w.]+")
_COMPANIONS = ("", "_test", "_bench", "_fuzz")


def check_dead_files(tree: Tree):
    """dead-file: a .cc is listed in its CMakeLists.txt, a header is included by another concept."""
    included: dict[str, set[str]] = {}
    for path in tree.select(".h", ".cc"):
        for include in tree.includes(path):
            included.setdefault(f"src/{include.name}", set()).add(path)
    for path in tree.select(".cc", under="src/"):
        if not _is_listed(tree, path):
            text = "in no CMakeLists.txt: list it or delete it"
            yield Finding(path, 1, "dead-file", text)
    for path in tree.select(".h", under="src/"):
        stem = path.removesuffix(".h")
        own = {f"{stem}{suffix}.cc" for suffix in _COMPANIONS}
        if not included.get(path, set()) - own:
            text = "included by nothing but its own source and test: use it or delete it"
            yield Finding(path, 1, "dead-file", text)


def _is_listed(tree: Tree, path: str) -> bool:
    folder = posixpath.dirname(path)
    while folder:
        listing = f"{folder}/CMakeLists.txt"
        if listing in tree.paths:
            return posixpath.relpath(path, folder) in _WORD.findall(tree.text(listing))
        folder = posixpath.dirname(folder)
    return False


def _slug(heading: str) -> str:
    text = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def _anchors(text: str) -> set[str]:
    return {_slug(m.group(1)) for m in re.finditer(r"^#+ +(.*)$", text, re.MULTILINE)}


def _link_problem(tree: Tree, path: str, target: str) -> str | None:
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return None
    name, _, anchor = target.partition("#")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) if name else path
    if not (tree.root / file).exists():
        return f"link to {target}: no such file"
    if anchor and file.endswith(".md") and anchor not in _anchors(_read(tree, file)):
        return f"link to {target}: no such heading"
    return None


def _read(tree: Tree, path: str) -> str:
    return pathlib.Path(tree.root / path).read_text(encoding="utf-8", errors="replace")


def check_doc_links(tree: Tree):
    """doc-link: links in Markdown, and docs/….md named anywhere, lead to something."""
    for path in tree.paths:
        if not path.endswith(tuple(TEXT_SUFFIXES)):
            continue
        in_fence = False
        for number, line in enumerate(tree.text(path).splitlines(), start=1):
            if path.endswith(".md"):
                in_fence ^= line.lstrip().startswith("```")
                links = [] if in_fence else _LINK.findall(re.sub(r"`[^`]*`", "", line))
                for target in links:
                    problem = _link_problem(tree, path, target)
                    if problem:
                        yield Finding(path, number, "doc-link", problem)
            for name in _DOC.findall(_LINK.sub("", line)):
                if not (tree.root / name).exists():
                    yield Finding(path, number, "doc-link", f"{name}: no such file")


def check_machine_paths(tree: Tree):
    """machine-path: nothing names a folder of one developer's machine."""
    for path in tree.paths:
        if not path.endswith(tuple(TEXT_SUFFIXES)) and "." in path.rsplit("/", 1)[-1]:
            continue
        for number, line in enumerate(tree.text(path).splitlines(), start=1):
            match = _MACHINE.search(line)
            if match and path != "tools/lint/reference_rules.py":
                yield Finding(path, number, "machine-path", f"path of one machine: {match.group(0)}")
