"""Fixtures of the tests that run against the local Supabase; whatever asks for one of them is marked `database`.

So is all of tests/database: some of it starts a PostgreSQL of its own.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator

import pytest
from supabase import Client

from demo.local_supabase import MIGRATIONS, LocalSupabase, local_supabase
from tests.support import PROJECT, factories
from tests.support.database import SQL, Database, Fresh, answered, connected, fresh_database
from tests.support.patience import LIMITS

DATABASE = PROJECT / "tests" / "database"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Keep the garbage collector away from what is collected: modules and tests stay to the end.

    Going through all of them again and again would take a fifth of the tests' processor time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a database, so that `make test-fast` can leave them out."""
    for item in items:
        asked = {"supabase_server", "fresh", "foreign_databases"} & set(getattr(item, "fixturenames", ()))
        if asked or DATABASE in item.path.parents:
            item.add_marker(pytest.mark.database)


@pytest.fixture(scope="session")
def supabase_server() -> Iterator[LocalSupabase]:
    with local_supabase([MIGRATIONS, SQL]) as server:
        yield server


@pytest.fixture
def fresh() -> Fresh:
    """For a test whose database must be its own; see `fresh_database`."""
    return fresh_database


@pytest.fixture(scope="session")
def client(supabase_server: LocalSupabase) -> Iterator[Client]:
    """Has the secret key."""
    with connected(supabase_server.url, supabase_server.secret_key) as client:
        yield client


@pytest.fixture(scope="session")
def public_client(supabase_server: LocalSupabase) -> Iterator[Client]:
    """Has the publishable key."""
    with connected(supabase_server.url, supabase_server.publishable_key) as client:
        yield client


@pytest.fixture(scope="session")
def db(supabase_server: LocalSupabase, client: Client) -> Database:
    return Database(supabase_server, client)


@pytest.fixture(scope="session")
def service_ids(client: Client) -> dict[str, str]:
    """The id of each service, by its code; codes are unique, so that all tests share them."""
    rows = [
        {key: value for key, value in factories.service(code).items() if key != "id"}
        for code in (*factories.ON_CALL, *factories.DAY_SERVICES)
    ]
    client.table("service_types").upsert(rows, on_conflict="code").execute()
    return {row["code"]: row["id"] for row in answered(client.table("service_types").select("id,code"))}


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the jobs in this process reach none of their limits of time."""
    for name, seconds in LIMITS.items():
        monkeypatch.setattr(name, seconds)


@pytest.fixture
def terminal() -> Iterator[None]:
    """SIGHUP ends a program, as it does where the tests are not started by `nohup`."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)
