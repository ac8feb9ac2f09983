"""Arrows between modules: layers.toml against includes and CMake files."""

import re

from source_tree import Finding, Tree, module_of

_DEPENDS = re.compile(r"clew_module\(\s*(\w+)(.*?)\)", re.DOTALL)
_KEYWORD = re.compile(r"^[A-Z_]+$")


def _allowed(tree: Tree) -> dict[str, list[str]]:
    return tree.layers.get("modules", {})


def check_includes(tree: Tree):
    """forbidden-include: a file includes only modules that layers.toml gives its own."""
    allowed = _allowed(tree)
    folders = {module_of(path) for path in tree.sources()} | set(allowed)
    for path in tree.sources():
        module = module_of(path)
        if module and module not in allowed:
            yield Finding(path, 1, "forbidden-include", f"module {module} is not in layers.toml")
            continue
        for include in tree.includes(path):
            target = module_of("src/" + include.name)
            if target == module or target not in folders:
                continue
            if target not in allowed[module]:
                text = f"{module} may not include {target} (layers.toml)"
                yield Finding(path, include.line, "forbidden-include", text)
            elif include.name.endswith("_internal.h"):
                text = f"{include.name} is private to {target}"
                yield Finding(path, include.line, "forbidden-include", text)


def check_external(tree: Tree):
    """external-include: headers of some libraries belong to named modules only."""
    for name, modules in tree.layers.get("external", {}).items():
        for path in tree.sources():
            for include in tree.includes(path):
                matches = include.name.startswith(name) if name.endswith("/") else include.name == name
                if matches and module_of(path) not in modules:
                    owners = ", ".join(modules) or "no module"
                    text = f"<{include.name}> may be included by {owners} only"
                    yield Finding(path, include.line, "external-include", text)


def _cmake_depends(text: str):
    """Yields (module, dependency, offset) of the DEPENDS and TEST_DEPENDS of clew_module()."""
    for call in _DEPENDS.finditer(text):
        keyword = ""
        for word in re.finditer(r"\S+", call.group(2)):
            if _KEYWORD.match(word.group(0)):
                keyword = word.group(0)
            elif keyword in ("DEPENDS", "TEST_DEPENDS"):
                yield call.group(1), word.group(0), call.start(2) + word.start()


def _defined_within(tree: Tree, module: str) -> set[str]:
    """Libraries that a module's folder defines: its own and those of its subfolders."""
    listings = tree.select("CMakeLists.txt", under=f"src/{module}/")
    return {call.group(1) for path in listings for call in _DEPENDS.finditer(tree.text(path))}


def _folder_of(library: str) -> str:
    """The module of a library: that of an insight is named insights_x and stands in insights/x."""
    return library.replace("insights_", "insights/", 1)


def check_cmake(tree: Tree):
    """forbidden-depend: DEPENDS of a CMakeLists.txt stays within layers.toml."""
    allowed = _allowed(tree)
    for path in tree.select("CMakeLists.txt", under="src/"):
        text, module = tree.text(path), module_of(path)
        own = _defined_within(tree, module)
        for _, dependency, offset in _cmake_depends(text):
            if dependency not in own and _folder_of(dependency) not in allowed.get(module, []):
                line = text.count("\n", 0, offset) + 1
                message = f"{module} may not depend on {dependency} (layers.toml)"
                yield Finding(path, line, "forbidden-depend", message)


def find_cycle(arrows: dict[str, list[str]]) -> list[str]:
    """A cycle as a list of nodes that begins and ends with the same one; empty if none."""
    done, path = set(), []

    def visit(node: str) -> list[str]:
        if node in path:
            return path[path.index(node) :] + [node]
        if node in done:
            return []
        path.append(node)
        for target in arrows.get(node, []):
            cycle = visit(target)
            if cycle:
                return cycle
        path.pop()
        done.add(node)
        return []

    return next((cycle for node in arrows if (cycle := visit(node))), [])


def check_cycles(tree: Tree):
    """cycle: neither the modules of layers.toml nor the headers include each other in a ring."""
    cycle = find_cycle(_allowed(tree))
    if cycle:
        text = "modules in a ring: " + " -> ".join(cycle)
        yield Finding("layers.toml", tree.layers_line(cycle[0]), "cycle", text)
    headers = set(tree.select(".h", under="src/"))
    arrows = {
        path: [f"src/{i.name}" for i in tree.includes(path) if f"src/{i.name}" in headers]
        for path in sorted(headers)
    }
    cycle = find_cycle(arrows)
    if cycle:
        line = next(i.line for i in tree.includes(cycle[0]) if f"src/{i.name}" == cycle[1])
        yield Finding(cycle[0], line, "cycle", "headers in a ring: " + " -> ".join(cycle))
