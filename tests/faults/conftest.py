"""Fixtures of the fault tests: one scene per worker, put back before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.proxy import fault_proxy
from tests.faults.scene import Scene
from tests.support.database import Database
from tests.support.factories import Raw
from tests.support.patience import LIMITS


@pytest.fixture(scope="session")
def stage(db: Database) -> Iterator[Scene]:
    """The scene, as the last test left it."""
    with fault_proxy(db.server.url) as proxy:
        yield Scene(db, proxy)


@pytest.fixture(scope="session")
def undisturbed(stage: Scene) -> list[Raw]:
    """What an undisturbed run makes of the roster."""
    stage.reset()
    with pytest.MonkeyPatch.context() as patch:
        for name, seconds in LIMITS.items():
            patch.setattr(name, seconds)
        outcome, _ = stage.run(by_proxy=False)
    assert outcome["success"], outcome["error"]
    return stage.plan()


@pytest.fixture
def scene(stage: Scene, patient: None) -> Iterator[Scene]:
    """The scene, with the roster as it is before any run; what a test started in it ends with the test."""
    stage.reset()
    try:
        yield stage
    finally:
        stage.end()
        stage.proxy.plan()
