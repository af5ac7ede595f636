"""A large roster from beginning to end: read, planned, written and verified by the command, on a PostgreSQL.

`python -m benchmarks whole` starts the PostgreSQL of the tests with Supabase Lite before it, as in
`tests/database/test_jobs_at_once.py`, under the limits of a hosted project (8 s a statement).
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from demo.load import TABLES
from demo.needs import Tables
from demo.roster import make_roster
from demo.spec import large_spec
from tests.support.postgres import Database, migrations, postgres, served

out = Console(width=120)
ROOT = Path(__file__).resolve().parent.parent
_ROWS = 20_000


def load(database: Database, tables: Tables) -> str:
    """Put a roster's tables into a database, and return the roster's id."""
    with database.connect("postgres") as connection:
        for table in TABLES:
            rows = tables.get(table, [])
            for start in range(0, len(rows), _ROWS):
                names = ", ".join(f'"{name}"' for name in rows[0])
                statement = "insert into {0} ({1}) select {1} from jsonb_populate_recordset(null::{0}, %s)"
                connection.execute(statement.format(table, names).encode(), [json.dumps(rows[start : start + _ROWS])])
        connection.execute("analyze")
    return str(tables["roosters"][0]["id"])


def whole(
    people: Annotated[int, typer.Option(min=1)] = 1_000,
    days: Annotated[int, typer.Option(min=1)] = 365,
    shifts: Annotated[int, typer.Option(min=1, help="Shifts a day.")] = 500,
    services: Annotated[int, typer.Option(min=5)] = 100,
    timeout: Annotated[int, typer.Option(min=1, help="The command's own --timeout, in seconds.")] = 600,
) -> None:
    """Run the command on a large roster in an empty database, then again, and tell how long each phase took."""
    tables = make_roster(large_spec(people, days, shifts, services))
    with postgres() as server:
        database = server.create("whole", *migrations())
        roster_id = load(database, tables)
        database.run("alter role postgres set statement_timeout = '8s'")  # as which Supabase Lite connects
        table = Table(title=f"PostgreSQL {server.version}: {people:,} people, {days} days, {shifts * days:,} shifts")
        for header in ("run", "exit code", "written", "rest", "FASE 1", "2", "3", "4A", "4B", "4C", "whole", "memory"):
            table.add_column(header, justify="left" if header == "run" else "right")
        with served(database) as api:
            environment = {
                **os.environ,
                "SUPABASE_URL": api.url,
                "SUPABASE_KEY": api.secret_key,
                "ROOSTER_ID": roster_id,
            }
            for name in ("first", "rerun"):
                started = time.perf_counter()
                command = [sys.executable, "greedy_orchestrator.py", "--timeout", str(timeout), "--today", "2020-01-01"]
                done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
                table.add_row(name, *_told(done, time.perf_counter() - started))
                for line in done.stderr.splitlines():
                    if "rows take longer" in line:
                        out.print(line)
        out.print(table)


def _told(done: subprocess.CompletedProcess[str], seconds: float) -> list[str]:
    """Return the cells of a run."""
    result: dict[str, Any] = json.loads(done.stdout)
    phases = result["phases"]
    stored = phases["fase4_database"] or {}
    parts = [
        *(phases[name] for name in ("fase1_load", "fase2_process", "fase3_pairing")),
        *(stored.get(name) for name in ("write_assignments", "write_blocking", "trigger_verification")),
    ]
    rest = stored.get("write_blocking") or {}
    return [
        str(done.returncode),
        f"{(stored.get('write_assignments') or {}).get('written', 0):,}",
        f"{rest.get('written', 0) + rest.get('made_by_trigger', 0):,}",
        *(f"{part['duration_ms'] / 1000:,.1f} s" if part else "-" for part in parts),
        f"{seconds:,.0f} s",
        f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:,.0f} MB",
    ]
