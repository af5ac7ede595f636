"""`make demo`: a practice's roster in a local Supabase, filled by the real command, and what came of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Annotated

import typer

from demo.load import load_roster
from demo.local_supabase import PROJECT, local_supabase
from demo.real import demo_roster
from greedy.database.client import connect

FOLDER = PROJECT / ".demo"


def main(
    seed: Annotated[int, typer.Option(help="Which roster: the same number, the same roster.")] = 1,
) -> None:
    """Start a local Supabase, load the practice's next five-week roster into it, and run the job on it."""
    started = time.perf_counter()
    tables = demo_roster(seed)
    roster = tables["roosters"][0]
    result, page = FOLDER / "result.json", FOLDER / "report.html"
    FOLDER.mkdir(exist_ok=True)
    print("Starting a local Supabase (PostgreSQL, with the project's migrations) ...", flush=True)
    with local_supabase() as server:
        with connect(server.url, server.secret_key) as connection:
            load_roster(connection.client, tables)
        rows = sum(len(rows) for rows in tables.values())
        print(
            f"Loaded a roster of {len(tables['employees'])} people, {roster['start_date']} to {roster['end_date']}: "
            f"{rows} rows ({time.perf_counter() - started:.1f} s)\n",
            flush=True,
        )
        files = ["--output", str(result.relative_to(PROJECT)), "--report", str(page.relative_to(PROJECT))]
        command = ["greedy_orchestrator.py", "--roster-id", roster["id"], *files]
        print(f"$ python {' '.join(command)}", flush=True)
        settings = {"SUPABASE_URL": server.url, "SUPABASE_KEY": server.secret_key, "LOG_LEVEL": "INFO"}
        job = subprocess.run(
            [sys.executable, *command],
            cwd=PROJECT,
            env={**_environment(), **settings},
            stdout=subprocess.DEVNULL,  # the same JSON as in the file
            check=False,
        )
    print(f"\nThe roster as its planner reads it; open it in a browser: {page.relative_to(PROJECT)}")
    print(f"The whole result, as a machine reads it: {result.relative_to(PROJECT)}")
    raise typer.Exit(job.returncode)


def _environment() -> dict[str, str]:
    """Return this process's environment without what would make the job think that it runs on Railway."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RAILWAY_")}


if __name__ == "__main__":
    typer.run(main)
