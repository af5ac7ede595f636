"""`make demo-queue`: twenty rosters of three practices, three workers, of which one is killed; one roster is broken."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from supabase import Client

from demo import PROJECT
from demo.load import load_roster
from demo.local_supabase import LocalSupabase, local_supabase
from demo.roster import PRACTICE, make_roster
from greedy.database.client import connect

PRACTICES = ("Noord", "Midden", "Zuid")
TIMEOUT = 15
"""Seconds that a run may take here: a worker that died is noticed 30 s later."""

SMALL: dict[str, Any] = {
    "people": 6,
    "days": 7,
    "shifts": 42,
    "hand_planned": 6,
    "quota_slack": 0.3,
    "part_time": 0.2,
    "all_rows": False,
}
"""What makes a roster small: six people and a week, filled in no time."""

COMMAND = str(PROJECT / "greedy_orchestrator.py")


def load_many(client: Client, number: int, *, first: dt.date, **size: Any) -> list[str]:
    """Load rosters that are nobody's neighbours, and return their ids.

    Args:
        client: The database.
        number: How many.
        first: The first day of the first one; each of the others begins six weeks after the one before.
        size: What differs from a practice's usual roster.
    """
    spec = replace(PRACTICE, **size)
    starts = [first + dt.timedelta(weeks=6 * place) for place in range(number)]
    return [
        load_roster(client, make_roster(replace(spec, start=start), seed=seed)) for seed, start in enumerate(starts)
    ]


def environment(server: LocalSupabase, **more: str) -> dict[str, str]:
    """Return the environment of a command that works on a server, and on nothing else that is set here."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAILWAY_")}
    return {**kept, "SUPABASE_URL": server.url, "SUPABASE_KEY": server.secret_key, "LOG_LEVEL": "INFO", **more}


@contextmanager
def running(
    server: LocalSupabase, name: str, *options: str, log: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker for at most as long as the context lasts.

    Args:
        server: Whose queue it works.
        name: What it is called there.
        options: Its options.
        log: File for its log; None for the terminal.
    """
    with ExitStack() as stack:
        out = stack.enter_context(log.open("wb")) if log else None
        process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, COMMAND, "worker", *options],
                cwd=PROJECT,
                env=environment(server, RAILWAY_REPLICA_ID=name),
                stdout=subprocess.DEVNULL if out is None else out,
                stderr=subprocess.STDOUT if out else None,
            )
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def wait_until_busy(client: Client, name: str, patience: float = 300.0) -> str:
    """Wait until a worker has a roster, and return its id."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        rows: Any = client.table("greedy_queue").select("roster_id").eq("filled_by", name).execute().data
        if rows:
            return str(rows[0]["roster_id"])
        time.sleep(0.02)
    raise TimeoutError(f"worker {name} never took a roster")


def main(rosters: Annotated[int, typer.Option(min=4, help="How many rosters.")] = 20) -> None:
    """Fill them all, and show what became of each."""
    print("Starting a local Supabase (PostgreSQL, with the project's migrations) ...", flush=True)
    with local_supabase() as server, connect(server.url, server.secret_key) as connection:
        client = connection.client
        ids = load_many(client, rosters, first=dt.datetime.now(dt.UTC).date() + dt.timedelta(days=7))
        broken = ids[rosters // 2]
        client.table("roosters").update({"end_date": "2099-12-31"}).eq("id", broken).execute()
        print(f"Loaded {rosters} rosters; the period of one of them is a slip of the pen.\n", flush=True)
        for place, practice in enumerate(PRACTICES):
            _command(server, "enqueue", *(f"--roster-id={one}" for one in ids[place::3]), "--practice", practice)
        _command(server, "enqueue", "--roster-id", ids[-1], "--urgent")
        options = ("--drain", "--timeout", str(TIMEOUT))
        with ExitStack() as stack:
            print(f"\nThree workers: python greedy_orchestrator.py worker {' '.join(options)}", flush=True)
            workers = [stack.enter_context(running(server, f"worker-{number}", *options)) for number in (1, 2, 3)]
            held = wait_until_busy(client, "worker-2")
            workers[1].kill()
            print(f"\n☠️  worker-2 is killed while it fills {held}\n", flush=True)
            codes = [worker.wait() for worker in workers]
        print(f"\nExit codes of the workers: {codes}\n", flush=True)
        notes = {ids[-1]: "urgent", broken: "broken"}
        notes[held] = ", ".join(filter(None, [notes.get(held), "worker killed"]))
        _show(client, ids, notes)
        _command(server, "queue")


def _command(server: LocalSupabase, *options: str) -> None:
    shown = [option for option in options if not option.startswith("--roster-id=")]
    more = len(options) - len(shown)
    print(
        f"$ python greedy_orchestrator.py {' '.join(shown)}{f' --roster-id ... ({more})' if more else ''}", flush=True
    )
    subprocess.run(
        [sys.executable, COMMAND, *options], cwd=PROJECT, env=environment(server), stdout=subprocess.DEVNULL, check=True
    )


def _show(client: Client, ids: Sequence[str], notes: dict[str, str]) -> None:
    """Show what the history and the queue know of each roster."""
    runs: Any = client.table("greedy_runs").select("*").order("started_at").execute().data
    left: Any = client.table("greedy_queue").select("*").execute().data
    state = {row["roster_id"]: row["state"] for row in left}
    table = Table(title="What became of each", title_justify="left")
    for header in ("Roster", "Begun", "Try", "Waited", "Took", "Filled", "Queue", "Note"):
        table.add_column(header, justify="left" if header in ("Roster", "Queue", "Note") else "right")
    for place, run in enumerate(runs, 1):
        known = run["percent"] is not None
        table.add_row(
            run["roster_id"][:8],
            f"{place}.",
            str(run["tried"]),
            f"{run['waited_ms'] / 1000:.1f} s",
            f"{run['duration_ms'] / 1000:.1f} s",
            f"{run['percent']:.1f} %" if known else "-",
            state.get(run["roster_id"], "done"),
            notes.get(run["roster_id"], ""),
            style="red" if run["exit_code"] else None,
        )
    Console().print(table)
    filled = {run["roster_id"] for run in runs if not run["exit_code"]}
    print(f"{len(filled)} of {len(ids)} rosters filled, each by one run that ended well: "
          f"{sum(not run['exit_code'] for run in runs)} runs\n", flush=True)  # fmt: skip


if __name__ == "__main__":
    typer.run(main)
