"""Reading a table completely, or failing: the server cuts an answer at its row cap without a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from postgrest import APIResponse, CountMethod, SyncSelectRequestBuilder

from greedy.database import requests
from greedy.database.advice import NOT_SUPABASE
from greedy.database.client import Client
from greedy.database.codes import Action
from greedy.errors import DatabaseError

log = structlog.get_logger(__name__)

Select = SyncSelectRequestBuilder

PAGE_ROWS = 1000
"""Rows asked for at a time; a server with a lower cap gives fewer, which paging notices."""

READINGS = 3
"""Tries to read a table that changes while its pages are read."""


def select(client: Client, table: str, columns: str) -> Select:
    """Begin a reading of a table that `read_all` can page: by its unique `id`, with the exact count."""
    return client.table(table).select(columns, count=CountMethod.exact).order("id")


def read_all(query: Callable[[], Select], table: str) -> list[dict[str, Any]]:
    """Read all rows of a query, page by page, and prove that none is missing.

    Paging goes on from the last id until the exact count of what remains equals what came, and the sum must equal the
    first page's count. A table that changes meanwhile is read again.

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
    page = requests.execute(query().limit(PAGE_ROWS), Action.read(table))
    total = page.count
    got = rows(page, table)
    read = list(got)
    while got and page.count is not None and len(got) < page.count:
        page = requests.execute(query().gt("id", read[-1].get("id")).limit(PAGE_ROWS), Action.read(table))
        got = rows(page, table)
        read += got
    return read, total


def rows(response: APIResponse, source: str) -> list[dict[str, Any]]:
    """Return the rows of an answer.

    Args:
        response: The answer.
        source: Name of the table or function that gave it, for messages.

    Raises:
        DatabaseError: The answer holds anything else, such as a gateway's.
    """
    found: Any = response.data
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise DatabaseError(f"Database error: the answer for {source} is no list of rows", NOT_SUPABASE)
    return found
