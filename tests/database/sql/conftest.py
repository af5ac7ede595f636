"""A PostgreSQL with many connections, and rosters in it that the job's SQL and planners write to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.postgres import Database, Server, postgres
from tests.support.writing import Make, Scene, scenes, written


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


@pytest.fixture(scope="module")
def database(server: Server) -> Database:
    return written(server, "written")


@pytest.fixture
def make(database: Database) -> Iterator[Make]:
    with scenes(database) as made:
        yield made


@pytest.fixture
def scene(make: Make) -> Scene:
    return make()
