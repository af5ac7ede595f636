"""How fast the whole command is against the local Supabase, beside what Python and the client cost by themselves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from demo import PROJECT
from demo.load import load_tables
from demo.local_supabase import local_supabase
from demo.roster import make_roster
from greedy.database.client import connect

out = Console(width=120)


def _milliseconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def main(runs: Annotated[int, typer.Option(help="Runs of each; the median is shown.")] = 5) -> None:
    """The whole command against the local Supabase, beside what Python and the client cost by themselves."""
    tables = make_roster()
    roster_id = tables["roosters"][0]["id"]
    job = ["greedy_orchestrator.py", "--roster-id", roster_id, "--today", tables["roosters"][0]["start_date"]]
    with local_supabase() as server, connect(server.url, server.secret_key) as connection:
        load_tables(connection.client, tables)
        settings = {"SUPABASE_URL": server.url, "SUPABASE_KEY": server.secret_key}
        environment = {"PATH": os.environ["PATH"], **settings}

        def python(*arguments: str) -> float:
            done: Callable[[], Any] = lambda: subprocess.run(  # noqa: E731
                [sys.executable, *arguments], cwd=PROJECT, env=environment, capture_output=True, check=True
            )
            return _milliseconds(done)

        def emptied() -> None:
            connection.client.table("roosters").delete().eq("id", roster_id).execute()
            load_tables(connection.client, tables)

        measures: dict[str, list[float]] = {
            "python -c pass": [],
            "python -c 'import supabase'": [],
            "the job, a rerun": [],
            "the job": [],
        }
        for _ in range(runs):
            measures["python -c pass"].append(python("-c", "pass"))
            measures["python -c 'import supabase'"].append(python("-c", "import supabase"))
            emptied()
            measures["the job"].append(python(*job))
            measures["the job, a rerun"].append(python(*job))
    table = Table(title=f"The whole process on the demo roster, median of {runs}")
    for header in ("Process", "Time", "Ratio to the client's import"):
        table.add_column(header, justify="left" if header == "Process" else "right")
    client = median(measures["python -c 'import supabase'"])
    for name, times in measures.items():
        table.add_row(name, f"{median(times):.0f} ms", f"{median(times) / client:.1f}")
    out.print(table)


if __name__ == "__main__":
    typer.run(main)
