"""The table of faults names tests that there are."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.support import PROJECT

DOCS = (PROJECT / "docs" / "faults.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:\w+/)*test_\w+\.py)::(\w+)`", DOCS)))


@cache
def functions(file: str) -> set[str]:
    folder = PROJECT / "tests" / "faults"
    path = folder / file if (folder / file).exists() else PROJECT / "tests" / file
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_each_test_that_the_table_names_exists() -> None:
    assert [f"{file}::{name}" for file, name in NAMED if name not in functions(file)] == []


@pytest.mark.parametrize(
    "file",
    ["test_command.py", "test_kill.py", "test_signals.py", "test_network.py", "test_races.py", "test_streams.py"],
)
def test_each_fault_test_stands_in_the_table(file: str) -> None:
    helpers = {
        "test_what_requests_a_worker_sends",
        "test_the_matrices_know_which_requests_a_run_sends",
        "test_a_signal_before_the_first_request",
        "test_the_waits_after_a_signal_fit_into_what_a_platform_gives",
    }
    tests = {name for name in functions(file) if name.startswith("test_")} - helpers

    assert tests <= {name for _, name in NAMED}
