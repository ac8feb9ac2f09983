"""Comparing what came out with what was expected; placeholders stand for what varies."""

import difflib
import json
import re

PATTERNS = {
    "any": r".*?",
    "number": r"[-+]?\d[\d.,]*(?:e[-+]?\d+)?",
    "time": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d(?::?\d\d)?)?",
    "duration": r"\d[\d.,]*\s?(?:us|µs|ms|s|min|h|d)",
    "id": r"[A-Za-z0-9_:.\-]+",
    "path": r"[^\s\"',]+",
}
_PLACEHOLDER = re.compile(r"<(any|number|time|duration|id|path)(?::([a-z_]\w*))?>")


class Variables(dict):
    """Values captured by `<id:name>`, used again as `<id:name>` or, in commands, `${name}`."""


def line_pattern(expected: str, variables: Variables) -> re.Pattern:
    """The expected line as a regular expression with a group for each new variable."""
    parts, position, seen = [], 0, set()
    for match in _PLACEHOLDER.finditer(expected):
        parts.append(re.escape(expected[position : match.start()]))
        kind, name = match.group(1), match.group(2)
        if name and name in variables:
            parts.append(re.escape(variables[name]))
        elif name and name in seen:
            parts.append(f"(?P={name})")
        elif name:
            seen.add(name)
            parts.append(f"(?P<{name}>{PATTERNS[kind]})")
        else:
            parts.append(f"(?:{PATTERNS[kind]})")
        position = match.end()
    parts.append(re.escape(expected[position:]))
    return re.compile("".join(parts))


def line_matches(expected: str, actual: str, variables: Variables) -> bool:
    """Whether a line fits; captures variables when it does."""
    if "<" not in expected:
        return expected == actual
    match = line_pattern(expected, variables).fullmatch(actual)
    if match:
        variables.update(match.groupdict())
    return match is not None


def _difference(expected: list[str], actual: list[str]) -> str:
    rows = difflib.unified_diff(expected, actual, "expected", "actual", lineterm="", n=2)
    return "\n".join(rows)


def compare_exact(expected: list[str], actual: list[str], variables: Variables) -> str | None:
    """None when every line fits in order, else the difference."""
    merged = merge_placeholders(expected, actual, variables)
    return None if merged == expected else _difference(expected, merged)


def merge_placeholders(expected: list[str], actual: list[str], variables: Variables) -> list[str]:
    """The actual lines, with the expected spelling wherever it fits."""
    if len(expected) == len(actual):
        return [
            want if line_matches(want, have, variables) else have
            for want, have in zip(expected, actual)
        ]
    remaining, merged = list(expected), []
    for have in actual:
        found = next((w for w in remaining if line_matches(w, have, variables)), None)
        if found is not None:
            del remaining[: remaining.index(found) + 1]
        merged.append(have if found is None else found)
    return merged


def compare_unordered(expected: list[str], actual: list[str], variables: Variables) -> str | None:
    """As compare_exact, but only the first line (the header) has a fixed place."""
    if not expected or not actual or not line_matches(expected[0], actual[0], variables):
        return None if expected == actual else _difference(expected, actual)
    left = list(actual[1:])
    missing = []
    # Literal lines first, so that a placeholder does not take a line that another one names.
    for want in sorted(expected[1:], key=lambda row: "<" in row):
        found = next((i for i, have in enumerate(left) if line_matches(want, have, variables)), None)
        if found is None:
            missing.append(want)
        else:
            left.pop(found)
    return None if not missing and not left else _difference(missing, left)


def _json_differences(expected, actual, where: str, variables: Variables):
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            if key not in actual:
                yield f"{where}.{key}: missing"
            else:
                yield from _json_differences(value, actual[key], f"{where}.{key}", variables)
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield f"{where}: {len(expected)} elements expected, {len(actual)} came"
        for index, (want, have) in enumerate(zip(expected, actual)):
            yield from _json_differences(want, have, f"{where}[{index}]", variables)
    elif isinstance(expected, str) and "<" in expected:
        text = actual if isinstance(actual, str) else json.dumps(actual)
        if not line_matches(expected, text, variables):
            yield f"{where}: expected {expected!r}, came {actual!r}"
    elif expected != actual or isinstance(expected, bool) != isinstance(actual, bool):
        yield f"{where}: expected {expected!r}, came {actual!r}"


def compare_json(expected: list[str], actual: list[str], variables: Variables) -> str | None:
    """Every key that is expected must be there and equal; further keys are not looked at."""
    try:
        want = json.loads("\n".join(expected))
    except ValueError as error:
        return f"the expectation is not JSON: {error}"
    try:
        have = json.loads("\n".join(actual))
    except ValueError as error:
        return f"the output is not JSON: {error}\n" + "\n".join(actual[:40])
    found = list(_json_differences(want, have, "$", variables))
    return "\n".join(found) if found else None


COMPARE = {"exact": compare_exact, "unordered": compare_unordered, "json": compare_json}
