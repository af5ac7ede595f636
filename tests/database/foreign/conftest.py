"""Databases of somebody else: each is made when the first test asks for it, and lives as long as the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.support.foreign import ForeignDatabase, Variant, foreign_database
from tests.support.planner_scene import Scene, Setting, make_scene
from tests.support.postgres import postgres

Databases = Callable[[Variant], ForeignDatabase]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a variant in one process, where several share the tests: each would make its database anew."""
    for item in items:
        if HERE in item.path.parents and hasattr(item, "callspec"):
            for value in item.callspec.params.values():
                variant = value.variant if isinstance(value, Setting) else value
                if isinstance(variant, Variant):
                    item.add_marker(pytest.mark.xdist_group(str(variant)))


@pytest.fixture(scope="session")
def foreign_databases() -> Iterator[Databases]:
    """Variant -> its database. Tests share it: each makes a roster and people of its own, and undoes any other SQL."""
    with postgres() as server, ExitStack() as stack:
        yield cache(lambda variant: stack.enter_context(foreign_database(server, variant)))


@pytest.fixture
def foreign(foreign_databases: Databases, request: pytest.FixtureRequest) -> ForeignDatabase:
    """The database of the variant that the test is parametrised with, indirectly."""
    return foreign_databases(request.param)


@pytest.fixture
def scene(foreign_databases: Databases, request: pytest.FixtureRequest) -> Scene:
    """A fresh roster in the setting that the test is parametrised with, indirectly."""
    setting: Setting = request.param
    return make_scene(foreign_databases(setting.variant), setting.since_29_december)
