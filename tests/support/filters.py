"""PostgREST's filters, as far as the job uses them: what they ask of a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Raw = dict[str, Any]
Test = Callable[[Raw], bool]


def compare(column: str, operator: str, value: Any) -> Test:
    """Compare as PostgREST does, where everything arrives as text."""
    text = [_text(item) for item in value] if isinstance(value, list) else _text(value)

    def test(row: Raw) -> bool:
        held = _text(row.get(column))
        if row.get(column) is None:
            return False  # SQL: null is neither equal nor unequal to anything
        if operator == "eq":
            return held == text
        if operator == "neq":
            return held != text
        if operator == "gt":
            return held > str(text)
        if operator == "gte":
            return held >= str(text)
        if operator == "lt":
            return held < str(text)
        if operator == "in":
            return held in text
        raise AssertionError(f"the fake does not know {operator}")

    return test


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def any_of(filters: str) -> Test:
    tests = [_parse(part) for part in _split(filters)]
    return lambda row: any(test(row) for test in tests)


def _parse(text: str) -> Test:
    """Parse one filter of PostgREST's: `and(...)`, `or(...)`, `column.in.(a,b)`, `column.eq.value`."""
    if text.startswith("and("):
        tests = [_parse(part) for part in _split(text[4:-1])]
        return lambda row: all(test(row) for test in tests)
    if text.startswith("or("):
        return any_of(text[3:-1])
    column, operator, value = text.split(".", 2)
    if operator == "is" and value == "null":
        return lambda row: row.get(column) is None
    if (operator, value) == ("not", "is.null"):
        return lambda row: row.get(column) is not None
    return compare(column, operator, value[1:-1].split(",") if operator == "in" else value)


def _split(text: str) -> list[str]:
    """Split at the commas that are outside of parentheses."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts
