"""Puts a roster's tables into a Supabase, for the demo, the integration tests and the benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from postgrest import ReturnMethod
from postgrest.exceptions import APIError
from supabase import Client

TABLES = (
    "roosters",
    "employees",
    "service_types",
    "roster_period_staffing_dagdelen",
    "roster_employee_services",
    "roster_assignments",
)
"""The job's tables, each after those that it refers to."""

_BATCH_ROWS = 2_000
_NO_SUCH_COLUMN = "42703"


def load_tables(client: Client, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write the rows as they are, replacing those of the same id; columns that a table does not have are left out.

    Rest that the blocking trigger makes meanwhile gives way to the roster's own rows.
    """
    for table in TABLES:
        rows = [dict(row) for row in tables.get(table, ())]
        if rows:
            columns = _columns_there(client, table, list(rows[0]))
            rows = [{column: row[column] for column in row if column in columns} for row in rows]
        if table == "roster_assignments":
            # Rest before duties: the trigger then finds it there and adds nothing of its own.
            rows.sort(key=lambda row: (row["status"] == 1, row["date"], row["employee_id"]))
        for start in range(0, len(rows), _BATCH_ROWS):
            client.table(table).upsert(rows[start : start + _BATCH_ROWS], returning=ReturnMethod.minimal).execute()


def _columns_there(client: Client, table: str, columns: Sequence[str]) -> set[str]:
    """Which of some columns a table has."""
    if _has(client, table, ",".join(columns)):
        return set(columns)
    return {column for column in columns if _has(client, table, column)}


def _has(client: Client, table: str, columns: str) -> bool:
    try:
        client.table(table).select(columns).limit(1).execute()
    except APIError as error:
        if error.code != _NO_SUCH_COLUMN:
            raise
        return False
    return True
