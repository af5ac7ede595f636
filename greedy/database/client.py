"""The database's edge: the one place that talks HTTP, retries, pages, and turns errors into the job's own."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import httpx
import structlog
from postgrest import APIError, APIResponse, CountMethod, SyncSelectRequestBuilder
from supabase import Client, ClientOptions, create_client
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from greedy import stopping
from greedy.errors import ConfigurationError, ConflictError, DatabaseError, UnknownOutcomeError

log = structlog.get_logger(__name__)

Select = SyncSelectRequestBuilder

PAGE_ROWS = 1000
"""Rows asked for at a time; a server with a lower cap gives fewer, which paging notices."""

REQUEST_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
"""Seconds: longer than Supabase's own 8 s statement timeout, so that the server's answer comes before we give up."""

ATTEMPTS = 5
"""Tries of one request, the first included; waits of about 0.5, 1, 2, 4 s lie between them."""

READINGS = 3
"""Tries to read a table that changes while its pages are read."""

_TRANSIENT_STATUS = frozenset({429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 544})
_TRANSIENT_CODES = frozenset({"PGRST000", "PGRST001", "PGRST002", "PGRST003", "40001", "40P01", "55P03", "57P01"})
_TRANSIENT_CLASSES = ("08", "53")
_NOT_EXECUTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_LOST_CODES = frozenset({"PGRST001", "57P01"})


class _GarbledAnswerError(Exception):
    """A success whose body is not JSON: cut off, or a page of someone on the way."""


@dataclass(slots=True)
class Connection:
    """A client and its traffic.

    Attributes:
        client: The supabase client.
        requests: HTTP requests sent so far, repeats included.
        answers: How many of them were answered, by whatever it was.
        server_ahead: Seconds by which the clock of the last answer is ahead of ours; None where it told no time.
    """

    client: Client
    requests: int = 0
    answers: int = 0
    server_ahead: float | None = None


class Executable(Protocol):
    """A request of the supabase client, ready to be sent."""

    def execute(self) -> APIResponse:
        """Send it."""


@contextmanager
def connect(url: str, key: str) -> Iterator[Connection]:
    """Open a client with the job's own time limits; its retries are off, as `execute` does them for writes too.

    Raises:
        ConfigurationError: The environment names a proxy, or a file of certificates, that cannot be used.
    """
    connection: Connection

    def count(_: httpx.Request) -> None:
        connection.requests += 1

    def note(response: httpx.Response) -> None:
        connection.answers += 1
        connection.server_ahead = _ahead(response.headers.get("Date"))

    with _http_client(request=[count], response=[note, _raise_for_gateway]) as http:
        options = ClientOptions(
            httpx_client=http, postgrest_client_retry=False, auto_refresh_token=False, persist_session=False
        )
        connection = Connection(create_client(url, key, options))
        yield connection


def _http_client(**hooks: list[Callable[..., Any]]) -> httpx.Client:
    try:
        return httpx.Client(timeout=REQUEST_TIMEOUT, event_hooks=hooks)
    except (ValueError, TypeError, ImportError, OSError, httpx.InvalidURL) as error:
        raise ConfigurationError(
            f"The way to the network is set up wrongly ({type(error).__name__})",
            "Check the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY (http://host:port), SSL_CERT_FILE and "
            "SSL_CERT_DIR, or remove them.",
        ) from None  # the cause may show the proxy's password


def _ahead(date: str | None) -> float | None:
    """Tell by how many seconds a `Date` header is ahead of our clock; it has whole seconds. None where it is none."""
    try:
        return parsedate_to_datetime(date or "").timestamp() - time.time()
    except ValueError:
        return None


def _raise_for_gateway(response: httpx.Response) -> None:
    """Keep status and headers of a gateway's answer, which the client would reduce to a text."""
    # 500 may carry PostgreSQL's own code, which the client reads.
    if response.status_code in _TRANSIENT_STATUS and not (response.status_code == 500 and _has_code(response)):
        response.read()
        response.raise_for_status()


def _has_code(response: httpx.Response) -> bool:
    response.read()
    try:
        body = response.json()
    except ValueError:
        return False
    return isinstance(body, dict) and isinstance(body.get("code"), str)


def execute(query: Executable, action: str) -> APIResponse:
    """Send a request, again while the failure is transient and the repeat safe.

    All writes of the job are upserts on a natural key, so that a repeat after a lost answer changes nothing.

    Args:
        query: The request.
        action: What it does, for messages: "read roosters".

    Raises:
        ConflictError: The guard refused the batch.
        RunStoppedError: SIGTERM or SIGINT came; the request was not sent.
        UnknownOutcomeError: It failed, and one of its tries may have reached the database all the same.
        DatabaseError: Anything else that went wrong, after the last try.
    """
    lost = False

    def tell(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        wait = state.next_action.sleep if state.next_action else 0.0
        log.warning(
            f"⚠️  Could not {action}: {_describe(error)}; trying again in {wait:.1f} s",
            action=action,
            attempt=state.attempt_number,
        )

    def send() -> APIResponse:
        nonlocal lost
        stopping.check()
        try:
            return _readable(query)
        except (APIError, httpx.HTTPError, _GarbledAnswerError) as error:
            lost = lost or _may_have_happened(error)
            raise

    attempts = Retrying(
        sleep=stopping.sleep,
        stop=stop_after_attempt(ATTEMPTS),
        wait=_wait,
        retry=retry_if_exception(_is_transient),
        before_sleep=tell,
        reraise=True,
    )
    try:
        return attempts(send)
    except (APIError, httpx.HTTPError, _GarbledAnswerError) as error:
        failed = translate(error, action)
        if lost and not isinstance(failed, ConflictError):
            failed = UnknownOutcomeError(failed.message, failed.hint, failed.code)
        raise failed from error


def _readable(query: Executable) -> APIResponse:
    try:
        response = query.execute()
    except (ValueError, RecursionError) as error:
        raise _GarbledAnswerError from error
    if isinstance(response.data, str):  # the client's way to say that it is no JSON
        raise _GarbledAnswerError
    return response


_backoff = wait_exponential_jitter(multiplier=0.5, max=8.0, jitter=0.5)


def _wait(state: RetryCallState) -> float:
    """Back off exponentially, or as long as the server asks (`Retry-After` in seconds, at most 30)."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.response.headers.get("Retry-After", "") if isinstance(error, httpx.HTTPStatusError) else ""
    return max(_backoff(state), min(float(asked), 30.0)) if asked.isdecimal() else _backoff(state)


def _is_transient(error: BaseException) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in _TRANSIENT_STATUS
    if isinstance(error, httpx.TransportError):
        untrusted = _has_cause(error, ssl.SSLError) and not _has_cause(error, ssl.SSLEOFError, ssl.SSLZeroReturnError)
        return not (untrusted or isinstance(error, httpx.UnsupportedProtocol))
    if isinstance(error, APIError):
        code = error.code or ""
        if code in _TRANSIENT_CODES or (len(code) == 5 and code.startswith(_TRANSIENT_CLASSES)):
            return True
        return code.isdigit() and len(code) == 3 and int(code) in _TRANSIENT_STATUS
    return isinstance(error, _GarbledAnswerError | httpx.DecodingError)


def _may_have_happened(error: Exception) -> bool:
    """Tell whether what the request asks for may have been done although it failed."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code >= 500
    if isinstance(error, APIError):
        code = error.code or ""
        return code in _LOST_CODES or code.startswith("08") or (len(code) == 3 and code.startswith("5"))
    return not isinstance(error, _NOT_EXECUTED)


def _has_cause(error: BaseException | None, *kinds: type[BaseException]) -> bool:
    while error is not None and not isinstance(error, kinds):
        error = error.__cause__ or error.__context__
    return error is not None


def _describe(error: BaseException | None) -> str:
    """Say in a few words what went wrong; never the request, which may hold what a log should not."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"HTTP {error.response.status_code} {error.response.reason_phrase}".strip()
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.ConnectError):
        if _has_cause(error, ssl.SSLError):
            return "Connection refused: no TLS connection that can be trusted"
        return "Connection refused" + (": the host name is not known" if _has_cause(error, socket.gaierror) else "")
    if isinstance(error, httpx.ProxyError):
        return "Connection refused by the proxy"
    if isinstance(error, httpx.TransportError):
        return f"the connection broke ({type(error).__name__})"
    if isinstance(error, APIError):
        code = f" (code {error.code})" if error.code else ""
        return f"{error.message or 'the server gave no reason'}{code}"
    return "the answer is damaged: not JSON"


_CHECK_SETTINGS = "Fix: Verify environment variables in Railway (SUPABASE_URL, SUPABASE_KEY)."
_ADVICE: dict[str, str] = {
    "42P01": "Fix: Verify table structure against supabase.txt; supabase/migrations creates it.",
    "42703": "Fix: Verify table structure against supabase.txt; supabase/migrations creates it.",
    "42P10": "The table lacks its unique key (roster_id, employee_id, date, dagdeel): apply supabase/migrations.",
    "42501": "The key has no rights on the table: use the secret key (sb_secret_...), and apply supabase/migrations, "
    "which grants them.",
    "23505": "Fix: Check for pre-existing records or retry logic.",
    "57014": "The statement took longer than the database allows: raise statement_timeout of role service_role.",
    "402": "The project has used up its plan, or is not paid: see Supabase, Billing.",
    "540": "The project is paused: restore it in Supabase.",
}
_NOT_SUPABASE = f"The answer is not Supabase's: SUPABASE_URL may be another site's address. {_CHECK_SETTINGS}"
_SEE_CODE = "See the code in the documentation of PostgREST or PostgreSQL."
NO_TABLE = frozenset({"42P01", "PGRST205"})
"""Codes by which a database says that it has no such table."""

_SAME_ADVICE = {"PGRST205": "42P01", "PGRST204": "42703"}


def translate(error: APIError | httpx.HTTPError | _GarbledAnswerError, action: str) -> DatabaseError:
    """Turn a client's error into the job's own, with what to do."""
    described = _describe(error)
    if isinstance(error, httpx.HTTPStatusError):
        hint = "The way to Supabase is disturbed: see its status page, then run again; a rerun completes the roster."
        return DatabaseError(f"Database error: could not {action}: {described}", hint, str(error.response.status_code))
    if isinstance(error, _GarbledAnswerError):
        return DatabaseError(f"Database error: could not {action}: {described}", _NOT_SUPABASE)
    if isinstance(error, httpx.HTTPError):
        hint = f"Cause: Supabase URL/KEY invalid, or no network. {_CHECK_SETTINGS}"
        return DatabaseError(f"Database error: {described} (could not {action})", hint)
    code = error.code
    if code == "PT409":
        return ConflictError(f"Conflict: {error.message}", error.hint or "Run again.", code)
    if code is None or code in {"401", "PGRST301", "PGRST302", "PGRST303"}:
        hint = f"Cause: Supabase URL/KEY invalid. {_CHECK_SETTINGS}"
        return DatabaseError(f"Database error: could not {action}: {described}", hint, code)
    unknown = _NOT_SUPABASE if code.isdecimal() and len(code) == 3 else _SEE_CODE
    advice = _ADVICE.get(_SAME_ADVICE.get(code, code), unknown)
    if code in NO_TABLE:
        return DatabaseError(f"Table {action.rsplit(' ', 1)[-1]} not found: {described}", advice, code)
    return DatabaseError(f"Database error: could not {action}: {described}", advice, code)


def select(client: Client, table: str, columns: str) -> Select:
    """Begin a reading of a table that `read_all` can page: by its unique `id`, with the exact count."""
    return client.table(table).select(columns, count=CountMethod.exact).order("id")


def read_all(query: Callable[[], Select], table: str) -> list[dict[str, Any]]:
    """Read all rows of a query, page by page, and prove that none is missing.

    The server cuts an answer at its row cap without a word. Paging therefore goes on from the last id until the exact
    count of what remains equals what came, and the sum must equal the first page's count. A table that changes
    meanwhile is read again.

    Args:
        query: Makes the query anew for each page (see `select`).
        table: Its table, for messages.

    Raises:
        DatabaseError: Also when the rows never add up.
    """
    for _ in range(READINGS):
        read, total = _read_pages(query, table)
        if len(read) == total:
            return read
        log.warning(f"⚠️  {table} changed while it was read; reading it again", table=table, rows=len(read), count=total)
    raise DatabaseError(
        f"Table {table} could not be read completely: {len(read)} rows of {total}",
        "It changes faster than it can be read: run again when the roster is not being edited.",
    )


def _read_pages(query: Callable[[], Select], table: str) -> tuple[list[dict[str, Any]], int | None]:
    page = execute(query().limit(PAGE_ROWS), f"read {table}")
    total = page.count
    got = rows(page, table)
    read = list(got)
    while got and page.count is not None and len(got) < page.count:
        page = execute(query().gt("id", read[-1].get("id")).limit(PAGE_ROWS), f"read {table}")
        got = rows(page, table)
        read += got
    return read, total


def rows(response: APIResponse, table: str) -> list[dict[str, Any]]:
    """Give the rows of an answer; an answer that holds anything else (a gateway's, say) is an error."""
    found: Any = response.data
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise DatabaseError(f"Database error: the answer for {table} is no list of rows", _NOT_SUPABASE)
    return found
