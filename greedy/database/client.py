"""The connection to Supabase: its time limits, and the count of its traffic."""

from __future__ import annotations

import atexit
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx
from supabase import Client, ClientOptions, create_client

from greedy.database.codes import TRANSIENT_STATUS
from greedy.database.proxies import unusable_proxies
from greedy.database.settings import ConnectionSettings
from greedy.errors import ConfigurationError

__all__ = ["REQUEST_TIMEOUT", "Client", "Connection", "client_by_settings", "connect", "seconds_ahead"]

REQUEST_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
"""Seconds: longer than Supabase's own 8 s statement timeout, so that the server's answer comes before we give up."""


@dataclass(slots=True)
class Connection:
    """A client and its traffic, counted from the connection's beginning or, once `count_anew` is called, from there.

    Attributes:
        client: The supabase client.
        requests: HTTP requests sent, repeats included.
        answers: How many of them were answered, by the server or by anything on the way to it.
        server_ahead: Seconds by which the clock of the last answer is ahead of ours; None where it sent none.
    """

    client: Client
    requests: int = 0
    answers: int = 0
    server_ahead: float | None = None

    def count_anew(self) -> None:
        """Count from zero: what is sent from now on belongs to another run."""
        self.requests = self.answers = 0


@contextmanager
def connect(url: str, key: str) -> Iterator[Connection]:
    """Open a client with the job's own time limits.

    Raises:
        ConfigurationError: The environment names a proxy, or a file of certificates, that cannot be used.
    """
    connection: Connection

    def count(_: httpx.Request) -> None:
        connection.requests += 1

    def note(response: httpx.Response) -> None:
        connection.answers += 1
        connection.server_ahead = seconds_ahead(response.headers.get("Date"))

    with _http_client(request=[count], response=[note, _raise_for_gateway]) as http:
        connection = Connection(_client(url, key, http))
        yield connection


def client_by_settings() -> Client:
    """Return the process's own client of the database that the settings name, closed when the process ends.

    Raises:
        ConfigurationError: The settings are missing or wrong, or the network is set up wrongly.
    """
    settings = ConnectionSettings.load()
    return _shared_client(settings.supabase_url, settings.supabase_key.get_secret_value())


@cache
def _shared_client(url: str, key: str) -> Client:
    http = _http_client(response=[_raise_for_gateway])
    atexit.register(http.close)
    return _client(url, key, http)


def _client(url: str, key: str, http: httpx.Client) -> Client:
    """Return a client; its own retries are off, as `requests.execute` does them for writes too."""
    options = ClientOptions(
        httpx_client=http, postgrest_client_retry=False, auto_refresh_token=False, persist_session=False
    )
    return create_client(url, key, options)


def _http_client(**hooks: list[Callable[..., Any]]) -> httpx.Client:
    try:
        return httpx.Client(timeout=REQUEST_TIMEOUT, event_hooks=hooks)
    except (ValueError, TypeError, ImportError, OSError, httpx.InvalidURL) as error:
        proxies = unusable_proxies()
        wrong = f"the proxy in {' and '.join(proxies)} cannot be used" if proxies else type(error).__name__
        raise ConfigurationError(
            f"The way to the network is set up wrongly: {wrong}",
            "Check the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY (http://host:port), SSL_CERT_FILE and "
            "SSL_CERT_DIR, or remove them.",
        ) from None  # the cause may show the proxy's password


def seconds_ahead(date: str | None) -> float | None:
    """Return by how many seconds a `Date` header, which has whole seconds, is ahead of our clock; None without one."""
    try:
        return parsedate_to_datetime(date or "").timestamp() - time.time()
    except ValueError:
        return None


def _raise_for_gateway(response: httpx.Response) -> None:
    """Keep status and headers of a gateway's answer, which the client would reduce to a text."""
    # 500 may carry PostgreSQL's own code, which the client reads.
    if response.status_code in TRANSIENT_STATUS and not (response.status_code == 500 and _has_code(response)):
        response.read()
        response.raise_for_status()


def _has_code(response: httpx.Response) -> bool:
    response.read()
    try:
        body = response.json()
    except ValueError:
        return False
    return isinstance(body, dict) and isinstance(body.get("code"), str)
