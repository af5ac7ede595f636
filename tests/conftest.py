"""Fixtures of the tests that run against the local Supabase."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from supabase import Client, ClientOptions, create_client

from demo.local_supabase import LocalSupabase, local_supabase


@contextmanager
def connected(url: str, key: str) -> Iterator[Client]:
    """A client of its own: HTTP/1.1, no proxies from the environment, closed at the end."""
    with httpx.Client(timeout=30, trust_env=False) as http:
        yield create_client(url, key, ClientOptions(httpx_client=http))


@pytest.fixture(scope="session")
def supabase_server() -> Iterator[LocalSupabase]:
    with local_supabase([Path(__file__).parent / "support" / "migrations"]) as server:
        yield server


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
