"""`make demo`: a practice's roster in a local Supabase, filled by the real command, and what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import httpx
import typer

from demo import PROJECT
from demo.load import load_roster
from demo.local_supabase import local_supabase
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
    files = [FOLDER / f"rooster.{ending}" for ending in ("pdf", "xlsx", "csv", "ics")]
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
        asked = ["--output", _shown(result)]
        asked += [part for file in (page, *files) for part in ("--report", _shown(file))]
        command = ["greedy_orchestrator.py", "--roster-id", roster["id"], *asked, "--publish"]
        print(f"$ python {' '.join(command)}", flush=True)
        settings = {"SUPABASE_URL": server.url, "SUPABASE_KEY": server.secret_key, "LOG_LEVEL": "INFO"}
        job = subprocess.run(
            [sys.executable, *command],
            cwd=PROJECT,
            env={**_environment(), **settings},
            stdout=subprocess.DEVNULL,  # the same JSON as in the file
            check=False,
        )
        _show_published(result)
    print(f"\nThe roster as its planner reads it; open it in a browser: {_shown(page)}")
    print(f"For the wall, for a spreadsheet, for other programs, for calendars: {', '.join(map(_shown, files))}")
    print(f"The whole result, as a machine reads it: {_shown(result)}")
    raise typer.Exit(job.returncode)


def _shown(file: Path) -> str:
    return str(file.relative_to(PROJECT))


def _show_published(result: Path) -> None:
    """Open each published file by its link, as anybody does who has it: the links end with the demo's database."""
    published = json.loads(result.read_text(encoding="utf-8"))["published"] if result.exists() else None
    if published is None:
        return
    print("\nFetched by the links, without a key:")
    for file in (*published["files"], *published["calendars"][:1]):
        answer = httpx.get(file["url"], timeout=60, trust_env=False)
        print(f"  {answer.status_code} {file['path']}: {len(answer.content) / 1000:.0f} kB")


def _environment() -> dict[str, str]:
    """Return this process's environment without what would make the job think that it runs on Railway."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RAILWAY_")}


if __name__ == "__main__":
    typer.run(main)
