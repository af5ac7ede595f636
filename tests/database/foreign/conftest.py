"""Databases of somebody else: each is started when the first test asks for it, and lives as long as the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.support.foreign import ForeignDatabase, Variant, foreign_supabase
from tests.support.planner_scene import Scene, Setting, make_scene

Databases = Callable[[Variant], ForeignDatabase]


@pytest.fixture(scope="session")
def foreign_databases() -> Iterator[Databases]:
    """Variant -> its database. Tests share it: each makes a roster and people of its own, and undoes any other SQL."""
    with ExitStack() as stack:
        yield cache(lambda variant: stack.enter_context(foreign_supabase(variant)))


@pytest.fixture
def foreign(foreign_databases: Databases, request: pytest.FixtureRequest) -> ForeignDatabase:
    """The database of the variant that the test is parametrised with, indirectly."""
    return foreign_databases(request.param)


@pytest.fixture
def scene(foreign_databases: Databases, request: pytest.FixtureRequest) -> Scene:
    """A fresh roster in the setting that the test is parametrised with, indirectly."""
    setting: Setting = request.param
    return make_scene(foreign_databases(setting.variant), setting.since_29_december)
