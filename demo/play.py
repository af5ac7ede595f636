"""`make play`: a local Supabase with the demo's roster in it, kept for as long as you like."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import Annotated

import typer

from demo.load import load_roster
from demo.local_supabase import local_supabase
from demo.node import LocalSupabaseError
from demo.real import demo_roster
from greedy.database.client import connect

USE = """
In another terminal, in this folder, give these lines, and then for example:

  . .venv/bin/activate
  python greedy_orchestrator.py --check
  python greedy_orchestrator.py --report report.html
  python greedy_orchestrator.py --replan --from {second_week} --dry-run
  python greedy_orchestrator.py --history

The database lives until Ctrl-C here, and nothing of it is kept."""


def main(
    seed: Annotated[int, typer.Option(help="Which roster: the same number, the same roster.")] = 1,
) -> None:
    """Keep a local Supabase with a five-week roster running until Ctrl-C, and say how to use it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
    tables = demo_roster(seed)
    dates = sorted({str(row["date"]) for row in tables["roster_period_staffing_dagdelen"]})
    print("Starting a local Supabase (PostgreSQL, with the project's migrations) ...", file=sys.stderr, flush=True)
    try:
        with contextlib.suppress(KeyboardInterrupt), local_supabase() as server:
            with connect(server.url, server.secret_key) as connection:
                roster_id = load_roster(connection.client, tables)
            print(f"export SUPABASE_URL={server.url}")
            print(f"export SUPABASE_KEY={server.secret_key}")
            print(f"export ROOSTER_ID={roster_id}", flush=True)
            print(USE.format(second_week=dates[7]), file=sys.stderr, flush=True)
            signal.pause()
    except LocalSupabaseError as error:
        sys.exit(str(error))
    print("\nEnded.", file=sys.stderr)


if __name__ == "__main__":
    typer.run(main)
