"""The readings of `--check`: a row or two of each table, to see whether and how the database answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from postgrest import CountMethod

from greedy.database import requests
from greedy.database.client import Client
from greedy.database.codes import NO_TABLE, Action
from greedy.database.history import TABLE as HISTORY
from greedy.database.paging import PAGE_ROWS, rows, select
from greedy.database.tables import COLUMNS, ROSTERS
from greedy.errors import DatabaseError


@dataclass(frozen=True, slots=True)
class Page:
    """A reading of more rows than the job asks for at a time.

    Attributes:
        rows: How many came.
        count: How many the table has; None where the server does not count.
    """

    rows: int
    count: int | None

    @property
    def complete(self) -> bool:
        """Whether all came that were asked for, so that no row cap shows."""
        return self.rows >= min(self.count or 0, PAGE_ROWS + 1)


def count_rows(client: Client, table: str) -> int:
    """Read one row of a table, with the columns that a run reads, and return how many it has.

    Raises:
        DatabaseError: It cannot be read.
    """
    answer = requests.execute(select(client, table, COLUMNS[table]).limit(1), Action.read(table))
    return answer.count or 0


def read_page(client: Client, table: str) -> Page:
    """Ask a table for more rows than a page: a server with a cap gives fewer.

    Raises:
        DatabaseError: It cannot be read.
    """
    answer = requests.execute(select(client, table, "id").limit(PAGE_ROWS + 1), Action.read(table))
    return Page(len(rows(answer, table)), answer.count)


def count_runs(client: Client) -> int | None:
    """Return how many runs are recorded; None where the database has no table for them.

    Raises:
        DatabaseError: They cannot be read.
    """
    query = client.table(HISTORY).select("run_id", count=CountMethod.exact).limit(1)
    try:
        return requests.execute(query, Action(f"read the run history from {HISTORY}", HISTORY)).count
    except DatabaseError as error:
        if error.code in NO_TABLE:
            return None
        raise


def find_roster(client: Client, roster_id: str) -> dict[str, Any] | None:
    """Return a roster's row; None where there is none.

    Raises:
        DatabaseError: The rosters cannot be read.
    """
    query = select(client, ROSTERS, COLUMNS[ROSTERS]).eq("id", roster_id)
    found = rows(requests.execute(query, Action.read(ROSTERS)), ROSTERS)
    return found[0] if found else None
