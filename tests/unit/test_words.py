"""docs/glossary.md: one word, one meaning, in what greedy/ says and in what it names things."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
GLOSSARY = PROJECT / "docs" / "glossary.md"
SOURCES = [
    "greedy_orchestrator.py",
    *sorted(str(path.relative_to(PROJECT)) for path in (PROJECT / "greedy").rglob("*.py")),
]

FIELDS_TERMS = ("nurse rostering",)
"""Names that the literature has for the problem; no words of ours."""

NOT_OURS = re.compile(r"^(give|tell|say)s?\b", re.IGNORECASE)
"""Return, describe, whether: a docstring begins with what the thing does or is, not with whom it talks to."""


@cache
def forbidden() -> dict[str, str]:
    """The words under "not" in the glossary's tables, and what to write instead."""
    words: dict[str, str] = {}
    for line in GLOSSARY.read_text().splitlines():
        if line.startswith("| ") and not line.startswith(("| word |", "| --- |")):
            word, _, synonyms = (cell.strip() for cell in line.strip().strip("|").split("|"))
            words |= {synonym.strip(): word for synonym in synonyms.split(",") if synonym.strip()}
    return words


def meanings() -> list[str]:
    return re.findall(r"^\| (?!word \||---)([^|]+?) \|", GLOSSARY.read_text(), re.MULTILINE)


def docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Of modules, classes and functions, and those that stand below a constant or a field."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What the file itself names: classes, functions, arguments, variables, attributes that it sets."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.lineno, node.name
        yield from variables(node)


def variables(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.arg):
        yield node.lineno, node.arg
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.lineno, node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.lineno, node.attr


def words(name: str) -> list[str]:
    """The words of an identifier: `open_shifts`, `OpenShift` and `OPEN_SHIFTS` have the same."""
    return [part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


@cache
def patterns() -> tuple[re.Pattern[str], dict[str, re.Pattern[str]]]:
    """What finds any synonym, and what finds each."""
    each = {
        synonym: re.compile(rf"\b{re.escape(synonym)}(?:s|es|d|ed|ing)?\b", re.IGNORECASE) for synonym in forbidden()
    }
    return re.compile("|".join(pattern.pattern for pattern in each.values()), re.IGNORECASE), each


def synonyms(text: str) -> Iterator[str]:
    any_of_them, each = patterns()
    if any_of_them.search(text):
        for synonym, pattern in each.items():
            if pattern.search(text):
                yield f"{synonym!r}: the glossary's word is {forbidden()[synonym]!r}"


def findings(source: str) -> list[str]:
    tree = ast.parse(source)
    found = []
    for line, text in docstrings(tree):
        if NOT_OURS.match(text):
            found.append(f"line {line}: a docstring begins with {text.split()[0]!r}")
        for term in FIELDS_TERMS:
            text = re.sub(term.replace(" ", r"\s+"), "", text)
        found += [f"line {line}: {synonym}" for synonym in synonyms(text)]
    for line, name in names(tree):
        found += [f"line {line}: {name}: {synonym}" for synonym in synonyms(" ".join(words(name)))]
    for node in ast.walk(tree):
        found += [f"line {line}: a variable is named 'of'" for line, name in variables(node) if name == "of"]
    return found


def test_the_glossary_has_words_and_forbids_some() -> None:
    assert {"slot", "shift", "place", "quota", "share", "guard", "attempt", "ejection chain"} <= set(meanings())
    assert {"timetable", "seat", "allowance", "chunk"} <= forbidden().keys()


def test_no_word_is_explained_twice_or_is_forbidden_itself() -> None:
    explained = meanings()

    assert sorted(set(explained)) == sorted(explained)
    assert not set(explained) & forbidden().keys()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('def f():\n    """Give the sum."""', "line 2: a docstring begins with 'Give'"),
        ('"""Tells it."""', "line 1: a docstring begins with 'Tells'"),
        ('class C:\n    x: int\n    """Says how many."""', "line 3: a docstring begins with 'Says'"),
        ("a = [of for of in b]", "line 1: a variable is named 'of'"),
        ("def f(of): ...", "line 1: a variable is named 'of'"),
        ('"""Fill the seats."""', "line 1: 'seat': the glossary's word is 'place'"),
        ("open_seats = 1", "line 1: open_seats: 'seat': the glossary's word is 'place'"),
        ("class SeatMap: ...", "line 1: SeatMap: 'seat': the glossary's word is 'place'"),
        ("self.SEATS = 1", "line 1: SEATS: 'seat': the glossary's word is 'place'"),
    ],
)
def test_what_is_found(source: str, said: str) -> None:
    assert findings(source) == [said]


@pytest.mark.parametrize(
    "source",
    [
        '"""Return the given places."""',
        "def of(self): ...",
        '"""In nurse\nrostering that is a known problem."""',
        "unseated = research = 1",
        'log.info("Give up")',
    ],
)
def test_what_is_not_found(source: str) -> None:
    assert findings(source) == []


def test_words_of_the_code() -> None:
    found = {file: findings((PROJECT / file).read_text()) for file in SOURCES}

    assert {file: said for file, said in found.items() if said} == {}
