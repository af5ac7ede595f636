"""A database with a queue: PGlite with its one connection, and a PostgreSQL with many, each served by Supabase Lite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.database import SQL, Database, connected, fresh_database
from tests.support.postgres import postgres, served, with_queue


@contextmanager
def many_connections() -> Iterator[Database]:
    with postgres() as server:
        database = server.create("queue", *with_queue(), *sorted(SQL.glob("*.sql")))
        with served(database) as api, connected(api.url, api.secret_key) as client:
            yield Database(api, client)


@pytest.fixture(scope="session", params=["PGlite", "PostgreSQL"])
def server_with_queue(request: pytest.FixtureRequest) -> Iterator[Database]:
    with fresh_database() if request.param == "PGlite" else many_connections() as here:
        yield here


@pytest.fixture
def here(server_with_queue: Database) -> Database:
    """The database, its queue empty."""
    server_with_queue.sql("delete from greedy_requests; delete from greedy_turns; delete from pgmq.q_greedy")
    return server_with_queue
