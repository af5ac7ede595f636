"""Puts a roster's tables into a Supabase: for the demo, the tests and the benchmarks, and as a command.

`python -m demo.load` loads the demo's roster into the Supabase that SUPABASE_URL and SUPABASE_KEY name.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
import typer
from postgrest import ReturnMethod
from postgrest.exceptions import APIError
from supabase import Client

from demo.real import demo_roster
from greedy.database.client import connect
from greedy.database.settings import ConnectionSettings
from greedy.errors import GreedyError, UsageError

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

Tables = Mapping[str, Sequence[dict[str, Any]]]
"""Rows by their table."""


def load_roster(client: Client, tables: Tables) -> str:
    """Load a roster into a database that may hold others, and return its id.

    Services that are there already keep their ids; the rows given are changed to refer to them.
    """
    known: Any = client.table("service_types").select("id,code").execute().data
    ids = {row["code"]: row["id"] for row in known}
    renamed = {row["id"]: ids.get(row["code"], row["id"]) for row in tables["service_types"]}
    for rows in tables.values():
        for row in rows:
            for column in ("id", "service_id", "blocked_by_service_id"):
                if row.get(column) in renamed:
                    row[column] = renamed[row[column]]
    load_tables(client, tables)
    return str(tables["roosters"][0]["id"])


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


def main(
    seed: Annotated[int, typer.Option(help="Which roster: the same number, the same roster.")] = 1,
    force: Annotated[bool, typer.Option("--force", help="Also into a database that is not on this machine.")] = False,
) -> None:
    """Load the demo's roster into the Supabase that SUPABASE_URL and SUPABASE_KEY name, and print the roster's id.

    Its people are made up. A database elsewhere may be a practice's own, which is refused unless --force is given.
    """
    try:
        settings = ConnectionSettings.load()
        if not (force or _is_here(settings.supabase_url)):
            raise UsageError(
                f"{settings.supabase_url} is not on this machine, and made-up people have no place in a real roster",
                "Start a database with `make play`, or give --force if this one is for trials.",
            )
        with connect(settings.supabase_url, settings.supabase_key.get_secret_value()) as connection:
            roster_id = load_roster(connection.client, demo_roster(seed))
    except GreedyError as error:
        typer.echo(f"❌ {error}", err=True)
        raise typer.Exit(error.exit_code) from None
    except (APIError, httpx.HTTPError) as error:
        told = error.message if isinstance(error, APIError) else error
        typer.echo(f"❌ The roster could not be loaded: {told}\nSee `python greedy_orchestrator.py --check`.", err=True)
        raise typer.Exit(5) from None
    print(roster_id)


def _is_here(url: str) -> bool:
    """Whether an address is this machine's own."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


if __name__ == "__main__":
    typer.run(main)
