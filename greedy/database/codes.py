"""What an error of the client, the network, PostgREST or PostgreSQL means, and what to do about it.

The codes: https://docs.postgrest.org/en/stable/references/errors.html and PostgreSQL's appendix A.
"""

from __future__ import annotations

import datetime as dt
import json
import socket
import ssl
from dataclasses import dataclass
from enum import Enum, auto

import httpx
from postgrest import APIError

from greedy.database import advice, obstacles
from greedy.database.proxies import proxy_of
from greedy.errors import ConflictError, DatabaseError, LeaseOverError, Refusal

NO_TABLE = frozenset({"42P01", "PGRST205"})
"""Codes by which a database says that it has no such table."""

NO_COLUMN = frozenset({"42703", "PGRST204"})
"""Codes by which a database says that a table has no such column: when read, and when written."""

_NO_SUCH_FUNCTION = "PGRST202"
_CREATES_FUNCTIONS = "Fix: Apply supabase/migrations, which creates it."

NO_FUNCTION = frozenset({"42883", _NO_SUCH_FUNCTION})
"""Codes by which a database says that it has no such function: the one asked for, or one that it calls."""

TRANSIENT_STATUS = frozenset({429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 544})
"""HTTP statuses that pass: too many requests, and gateways (Cloudflare's 52x, Supabase's 544 included)."""

_TRANSIENT_CODES = frozenset({"PGRST000", "PGRST001", "PGRST002", "PGRST003", "40001", "40P01", "55P03", "57P01"})
_TRANSIENT_CLASSES = ("08", "53")
_NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
_NOT_EXECUTED = (*_NOT_CONNECTED, httpx.PoolTimeout)
_LOST_CODES = frozenset({"PGRST001", "57P01"})
_LASTING = frozenset(
    {
        "21000",
        "23502",
        "23503",
        "23505",
        "23514",
        "42501",
        "42703",
        "42P01",
        "42P10",
        "55000",
        "P0001",
        "401",
        "402",
        "540",
    }
)
_LASTING_CLASSES = ("22", "42", "PGRST1", "PGRST2", "PGRST3")


class Kind(Enum):
    """What is asked: a table, or a function."""

    TABLE = auto()
    FUNCTION = auto()


@dataclass(frozen=True, slots=True)
class Action:
    """What a request does.

    Attributes:
        text: In words, as they follow "could not": "read roosters".
        target: Name of the table or function that is asked.
        kind: Which of the two it is.
    """

    text: str
    target: str
    kind: Kind = Kind.TABLE

    def __str__(self) -> str:
        return self.text

    @classmethod
    def read(cls, table: str) -> Action:
        """Return the plain reading of a table."""
        return cls(f"read {table}", table)


class GarbledAnswerError(Exception):
    """A success whose body is not JSON: cut off, or the page of a gateway."""


Failure = APIError | httpx.HTTPError | GarbledAnswerError
"""All that a request can fail with."""


def too_slow(error: DatabaseError) -> bool:
    """Whether the database cut a statement off for its time, so that fewer rows at once may pass."""
    return error.code == "57014"


def is_transient(error: BaseException) -> bool:
    """Whether the same request may succeed a moment later."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in TRANSIENT_STATUS
    if isinstance(error, httpx.TransportError):
        untrusted = _has_cause(error, ssl.SSLError) and not _has_cause(error, ssl.SSLEOFError, ssl.SSLZeroReturnError)
        return not (untrusted or isinstance(error, httpx.UnsupportedProtocol))
    if isinstance(error, APIError):
        code = _code(error) or ""
        if code in _TRANSIENT_CODES or (len(code) == 5 and code.startswith(_TRANSIENT_CLASSES)):
            return True
        return code.isdigit() and len(code) == 3 and int(code) in TRANSIENT_STATUS
    return isinstance(error, GarbledAnswerError | httpx.DecodingError)


def may_have_happened(error: Exception) -> bool:
    """Whether what the request asks for may have been done although it failed."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code >= 500
    if isinstance(error, APIError):
        code = error.code or ""
        return code in _LOST_CODES or code.startswith("08") or (len(code) == 3 and code.startswith("5"))
    return not isinstance(error, _NOT_EXECUTED)


def describe(error: BaseException | None) -> str:
    """Describe in a few words what went wrong; never the request, which may hold what a log should not."""
    if isinstance(error, httpx.HTTPStatusError):
        told = f"HTTP {error.response.status_code} {error.response.reason_phrase}".strip()
        reason, message = _reason(error.response)
        return f"{told}: {message or 'the server gave no reason'} (code {reason})" if reason else told
    if isinstance(error, httpx.TransportError) and (proxy := _proxy_in_the_way(error)):
        return f"Connection refused by the proxy {proxy}"
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.ConnectError):
        if _has_cause(error, ssl.SSLError):
            return "Connection refused: no TLS connection that can be trusted"
        return "Connection refused" + (": the host name is not known" if _has_cause(error, socket.gaierror) else "")
    if isinstance(error, httpx.TransportError):
        return f"the connection broke ({type(error).__name__})"
    if isinstance(error, APIError):
        code = f" (code {error.code})" if error.code else ""
        return f"{error.message or 'the server gave no reason'}{code}"
    return "the answer is damaged: not JSON"


def _proxy_in_the_way(error: httpx.HTTPError) -> str | None:
    """Return the proxy that does not answer, or does not let the request through; None where it is something else."""
    untrusted = _has_cause(error, ssl.SSLError)
    return proxy_of(error) if isinstance(error, _NOT_CONNECTED) and not untrusted else None


def translate(error: Failure, action: Action) -> DatabaseError:
    """Turn a client's error into the job's own, with what to do."""
    described = describe(error)
    if isinstance(error, httpx.HTTPStatusError):
        status = _reason(error.response)[0] or str(error.response.status_code)
        hint = advice.BY_CODE.get(status, advice.DISTURBED)
        return DatabaseError(f"Database error: could not {action}: {described}", hint, status)
    if isinstance(error, GarbledAnswerError):
        return DatabaseError(f"Database error: could not {action}: {described}", advice.NOT_SUPABASE)
    if isinstance(error, httpx.HTTPError):
        if proxy := _proxy_in_the_way(error):
            return DatabaseError(f"Database error: {described} (could not {action})", advice.on_proxy(proxy))
        hint = f"Cause: Supabase URL/KEY invalid, or no network. {advice.CHECK_SETTINGS}"
        return DatabaseError(f"Database error: {described} (could not {action})", hint)
    code = _code(error)
    if code == "PT409":
        hint = error.hint or "Run again."
        return ConflictError(f"Conflict: {error.message}", hint, code, refusals=_refusals(error.details))
    if code == "PT410":
        return LeaseOverError(error.message or described, error.hint or "", code)
    if code == "PT501":  # a part of the job's SQL that this database cannot have
        return DatabaseError(error.message or described, error.hint or "", code, lasting=True)
    if code is None or code in {"401", "PGRST301", "PGRST302", "PGRST303"}:
        hint = f"Cause: Supabase URL/KEY invalid. {advice.CHECK_SETTINGS}"
        return DatabaseError(f"Database error: could not {action}: {described}", hint, code, lasting=True)
    if action.kind is Kind.TABLE and code in NO_TABLE:
        message = f"Table {action.target} not found: {described}"
        return DatabaseError(message, advice.on(code, error), code, lasting=True)
    if action.kind is Kind.FUNCTION and code == _NO_SUCH_FUNCTION:
        message = f"Function {action.target} not found: {described}"
        return DatabaseError(message, _CREATES_FUNCTIONS, code, lasting=True)
    lasting = code in _LASTING or code.startswith(_LASTING_CLASSES)
    message = f"Database error: could not {action}: {described}"
    return DatabaseError(message, advice.on(code, error), code, lasting=lasting)


def _code(error: APIError) -> str | None:
    """Return an error's code; the one in its message where the server does not pass PostgreSQL's on."""
    return obstacles.sqlstate(error.code, error.message) if error.code else None


def _reason(response: httpx.Response) -> tuple[str | None, str | None]:
    """Return code and message that a gateway's answer carries; None where it carries none."""
    try:
        body = response.json()
    except (ValueError, httpx.ResponseNotRead):
        return None, None
    told = body if isinstance(body, dict) else {}
    code, message = told.get("code"), told.get("message")
    return code if isinstance(code, str) else None, message if isinstance(message, str) else None


def _refusals(details: str | None) -> tuple[Refusal, ...]:
    """Read the rows that a refusal lists; empty where it lists none that can be read."""
    try:
        rows = json.loads(details or "[]")
        return tuple(
            Refusal(
                employee_id=row["employee_id"],
                date=dt.date.fromisoformat(row["date"]),
                dagdeel=row["dagdeel"],
                service_id=row["service_id"],
                reason=row["reason"],
                words=row["words"],
                status=row["now"]["status"],
                now_service_id=row["now"]["service_id"],
                now_source=row["now"]["source"],
            )
            for row in rows
        )
    except (ValueError, KeyError, TypeError):
        return ()


def _has_cause(error: BaseException | None, *kinds: type[BaseException]) -> bool:
    while error is not None and not isinstance(error, kinds):
        error = error.__cause__ or error.__context__
    return error is not None
