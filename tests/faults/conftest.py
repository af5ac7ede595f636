"""Fixtures of the fault tests: one scene per worker, put back before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from supabase import Client

from demo.local_supabase import LocalSupabase
from tests.database.test_integration import Database
from tests.faults.proxy import fault_proxy
from tests.faults.scene import Scene
from tests.support.factories import Raw


@pytest.fixture(scope="session")
def stage(supabase_server: LocalSupabase, client: Client) -> Iterator[Scene]:
    """The scene, as the last test left it."""
    with fault_proxy(supabase_server.url) as proxy:
        yield Scene(Database(supabase_server, client), proxy)


@pytest.fixture(scope="session")
def undisturbed(stage: Scene) -> list[Raw]:
    """What an undisturbed run makes of the roster."""
    stage.reset()
    outcome, _ = stage.run(by_proxy=False)
    assert outcome["success"], outcome["error"]
    return stage.plan()


@pytest.fixture
def scene(stage: Scene) -> Scene:
    """The scene, with the roster as it is before any run."""
    stage.reset()
    return stage
