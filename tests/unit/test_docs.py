"""The documents name what there is: rules, files, names in the code, options, settings, exit codes, make targets."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer

from greedy import errors
from greedy_orchestrator import app

PROJECT = Path(__file__).parents[2]
README = (PROJECT / "README.md").read_text()
OPERATING = (PROJECT / "docs" / "operating.md").read_text()
MAKEFILE = (PROJECT / "Makefile").read_text()
RULES = (PROJECT / "docs" / "rules.md").read_text()
ARCHITECTURE = (PROJECT / "docs" / "architecture.md").read_text()
DOCUMENTS = sorted(path.relative_to(PROJECT) for path in (*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")))
FOLDERS = ("greedy", "tests", "demo", "benchmarks", "supabase/migrations")
SOURCES = sorted(
    path.relative_to(PROJECT)
    for path in (
        PROJECT / "greedy_orchestrator.py",
        *(path for folder in FOLDERS for path in (PROJECT / folder).rglob("*") if "node_modules" not in path.parts),
    )
    if path.suffix in {".py", ".sql"} and path != Path(__file__)
)

ELSEWHERE = re.compile(r"\b(DESIGN|PLATFORM|STYLE)\b(?! =)")
"""Documents that are not in this repository. FASE4-SPEC is the user's own; docs/architecture.md says what it is."""

NO_MODULES = frozenset({"__init__.py", "__pycache__", "py.typed"})

NO_NAMES = frozenset({"PT409", "PT410"})
"""What docs/architecture.md quotes, and is no name of the code."""

OTHER_PROGRAMS = frozenset({"--project-ref", "--remote", "--status", "--rosters", "--kinds"})
"""Options in the documents that are not this command's."""

FOR_USERS = ("README.md", "docs/planner.md", "docs/operating.md", "docs/own-database.md", "docs/railway.md")
"""What planners and operators read."""


@cache
def titles() -> frozenset[str]:
    """What docs/rules.md calls by a name: headings and settled cases."""
    found = re.findall(r"^#+ (.+)$|^\* \*\*(.+?)\.?\*\*", RULES, re.MULTILINE)
    return frozenset(heading or case for heading, case in found)


def numbers() -> list[int]:
    return [int(number) for number in re.findall(r"^### Rule (\d+):", RULES, re.MULTILINE)]


def unresolved(text: str) -> Iterator[str]:
    """References to rules that lead nowhere."""
    flat = re.sub(r"\s*\n\s*(#|--|\*)?\s*", " ", text)
    yield from (f"{name} is not in this repository" for name in ELSEWHERE.findall(flat))
    for listed in re.findall(r"\brules? (\d+(?:(?:, | and | to |, and )\d+)*)", flat):
        yield from (
            f"there is no rule {number}" for number in re.findall(r"\d+", listed) if int(number) not in numbers()
        )
    for title in re.findall(r'docs/rules\.md, \\?"([^"\\]+)', flat):
        if title not in titles():
            yield f"docs/rules.md has no {title!r}"
    for path in re.findall(r"\bdocs/[\w./-]+\.(?:md|json)", flat):
        if not (PROJECT / path).exists():
            yield f"there is no {path}"


def test_the_rules_are_numbered_1_to_7() -> None:
    assert numbers() == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"""Demand (DESIGN rule 4)."""', ["DESIGN is not in this repository"]),
        ('"""Demand (docs/rules.md, rule 8)."""', ["there is no rule 8"]),
        ('"""Rules 1, 2 and 9."""', []),
        ('"""As rules 1, 2 and 9 say."""', ["there is no rule 9"]),
        (
            '"""See docs/rules.md, "Fairness" and\n    docs/rules.md, "Unfairness"."""',
            ["docs/rules.md has no 'Unfairness'"],
        ),
        ("-- see docs/rule.md", ["there is no docs/rule.md"]),
        (
            '"""Demand (docs/rules.md, rule 4), (docs/rules.md, rules 5 and 6), docs/rules.md, "What is a duty"."""',
            [],
        ),
    ],
)
def test_what_leads_nowhere(text: str, said: list[str]) -> None:
    assert list(unresolved(text)) == said


def test_references_of_the_code_lead_somewhere() -> None:
    nowhere = {str(source): list(unresolved((PROJECT / source).read_text())) for source in SOURCES}

    assert {source: found for source, found in nowhere.items() if found} == {}


def named_files() -> list[str]:
    """Files that documents name or link to."""
    found = set()
    for document in DOCUMENTS:
        text = (PROJECT / document).read_text()
        if document.name == "CHANGELOG.md":
            continue  # what was there then
        pattern = r"`((?:greedy|tests|demo|benchmarks|docs|supabase|\.ci|\.github)/[\w./-]+)`"
        found |= set(re.findall(pattern, text))
        for link in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", text):
            found.add(str((PROJECT / document.parent / link).resolve().relative_to(PROJECT)))
    return sorted(found)


def test_files_that_documents_name_are_there() -> None:
    assert [file for file in named_files() if not (PROJECT / file).exists()] == []


def test_links_inside_a_document_find_their_heading() -> None:
    for document in DOCUMENTS:
        for link, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", (PROJECT / document).read_text()):
            target = PROJECT / document.parent / link if link else PROJECT / document
            headings = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, f"{document}: {link}#{anchor}"


@cache
def defined() -> frozenset[str]:
    """Classes of greedy/, their methods as `Class.method`, functions, constants, and what the SQL of today creates."""
    found: set[str] = set()
    for script in (PROJECT / "supabase" / "sql").glob("*.sql"):
        created = r"\bcreate (?:or replace )?(?:function|table|view)(?: if not exists)? public\.(\w+)"
        found |= set(re.findall(created, script.read_text()))
    for source in SOURCES:
        if source.parts[0] != "greedy" or source.suffix != ".py":
            continue
        for node in ast.walk(ast.parse((PROJECT / source).read_text())):
            if isinstance(node, ast.ClassDef):
                found.add(node.name)
                found |= {f"{node.name}.{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
            elif isinstance(node, ast.FunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.AnnAssign | ast.Assign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def names_in_the_architecture() -> list[str]:
    """Classes, methods, constants and functions that it tells the reader to search for."""
    quoted = set(re.findall(r"`([\w.]+)(?:\(\))?`", ARCHITECTURE))
    modules = {path.parent.name if path.stem == "__init__" else path.stem for path in SOURCES}
    files = {name for name in quoted if re.search(r"\.(py|md)$", name)}
    dotted = {name for name in quoted if name.startswith("greedy.")}
    return sorted(name for name in quoted - modules - files - dotted - NO_NAMES if re.search(r"[A-Z]|_", name))


def test_a_function_that_an_older_migration_made_and_the_sql_drops_is_not_defined() -> None:
    assert "greedy_guard" not in defined()
    assert {"greedy_write", "greedy_runs"} <= defined()


def test_names_in_the_architecture_are_defined() -> None:
    assert set(names_in_the_architecture()) <= defined()


def modules_in_the_map() -> list[str]:
    """Modules that a paragraph on a folder of greedy/ names."""
    paragraphs = re.findall(r"^\*\*`(greedy/\w+/)`\*\* (.+?)\n\n", ARCHITECTURE, re.MULTILINE | re.DOTALL)
    return [folder + module for folder, text in paragraphs for module in re.findall(r"`([\w/]+\.py)`", text)]


def modules_of_the_folders() -> list[str]:
    inside = (
        path.relative_to(PROJECT) for path in (PROJECT / "greedy").glob("*/**/*.py") if path.name not in NO_MODULES
    )
    return sorted(str(path) for path in inside)


def test_the_map_of_the_code_has_every_module_and_no_other() -> None:
    assert set(modules_in_the_map()) == set(modules_of_the_folders())


def spine_and_wings() -> list[str]:
    inside = {path.relative_to(PROJECT) for path in (PROJECT / "greedy").iterdir() if path.name not in NO_MODULES}
    return sorted(f"{path}/" if (PROJECT / path).is_dir() else str(path) for path in inside)


def test_every_part_of_greedy_is_in_the_map_of_the_code() -> None:
    assert [part for part in spine_and_wings() if f"**`{part}`**" not in ARCHITECTURE] == []


def options() -> set[str]:
    return {option for parameter in typer.main.get_command(app).params for option in parameter.opts} - {"--help"}


def options_of_commands() -> set[str]:
    """The options of `enqueue`, `worker` and `queue`, which have a table of their own."""
    found: set[str] = set()
    waiting = list(getattr(typer.main.get_command(app), "commands", {}).values())
    while waiting:
        command = waiting.pop()
        waiting += getattr(command, "commands", {}).values()
        found |= {option for parameter in command.params for option in parameter.opts}
    return found - {"--help"}


def table(head: str, text: str = README) -> list[str]:
    """The first cells of a table of a document, by its first line."""
    lines = text[text.index(head) :].splitlines()[2:]
    return [
        line.split("|")[1].strip()
        for line in lines[: next(n for n, line in enumerate(lines) if not line.startswith("|"))]
    ]


def test_the_table_of_options_has_every_option_and_no_other() -> None:
    rows = table("| option | meaning |")

    assert {option for row in rows for option in re.findall(r"--[a-z-]+", row)} == options()


@pytest.mark.parametrize("document", FOR_USERS)
def test_every_option_that_a_document_names_exists(document: str) -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", (PROJECT / document).read_text())) - OTHER_PROGRAMS

    assert named <= options() | options_of_commands() | {"--help"}


def test_every_option_of_the_queues_commands_is_in_their_table() -> None:
    named = {option for row in table("| command | options |", OPERATING) for option in re.findall(r"--[a-z-]+", row)}
    lines = OPERATING[OPERATING.index("| command | options |") :].split("\n\n")[0]

    assert named == set()
    assert set(re.findall(r"--[a-z][a-z-]*", lines)) == options_of_commands() - {"--log-level", "--log-format"}


def test_the_readme_has_every_setting_and_exit_code() -> None:
    settings = {row.strip("`") for row in table("| setting | meaning |")}
    example = set(re.findall(r"^([A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))
    codes = {int(code) for row in table("| code | meaning |") for code in row.split(", ")}
    raised = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")}

    assert settings == example
    assert codes == raised | {0, 129, 130, 143}


def targets() -> set[str]:
    """Make targets that have a line of help, and setup, on which they depend."""
    return set(re.findall(r"^([a-z][\w-]*):.*##", MAKEFILE, re.MULTILINE)) | {"setup"}


def test_every_make_target_is_in_the_readme_and_there_is_no_other() -> None:
    named = set(re.findall(r"(?:^    |`)make ([a-z][\w-]*)", README, re.MULTILINE))

    assert named == targets()


@pytest.mark.parametrize("document", [str(document) for document in DOCUMENTS if document.name != "README.md"])
def test_every_make_target_that_a_document_names_exists(document: str) -> None:
    named = re.findall(r"(?:^    |`)make ([a-z][\w-]*)", (PROJECT / document).read_text(), re.MULTILINE)

    assert set(named) <= targets()


def test_the_hosted_ci_runs_what_the_project_runs() -> None:
    steps = re.findall(r"run: (.+)$", (PROJECT / ".github/workflows/ci.yml").read_text(), re.MULTILINE)

    assert steps == [".ci/run"]
    assert set(re.findall(r"^make (\S+)", (PROJECT / ".ci/run").read_text(), re.MULTILINE)) <= targets()


def test_each_hook_before_a_commit_is_a_part_of_make_check() -> None:
    hooks = re.findall(r"entry: \.venv/bin/(\S+)", (PROJECT / ".pre-commit-config.yaml").read_text())
    recipe = re.search(r"^check:.*\n((?:\t.+\n)+)", MAKEFILE, re.MULTILINE)

    assert recipe is not None
    assert set(hooks) == set(re.findall(r"\$\(BIN\)/(\S+)", recipe[1]))
