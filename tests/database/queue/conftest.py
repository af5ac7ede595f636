"""A database with a queue: PGlite with its one connection, and a PostgreSQL with many, each served by Supabase Lite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.database import Database, fresh_database
from tests.support.queue import many_connections


@pytest.fixture(scope="session", params=["PGlite", "PostgreSQL"])
def server_with_queue(request: pytest.FixtureRequest) -> Iterator[Database]:
    with fresh_database() if request.param == "PGlite" else many_connections() as here:
        yield here


@pytest.fixture
def here(server_with_queue: Database) -> Database:
    """The database, its queue empty."""
    server_with_queue.sql("delete from greedy_requests; delete from greedy_turns; delete from pgmq.q_greedy")
    return server_with_queue
