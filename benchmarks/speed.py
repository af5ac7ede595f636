"""How fast the job is, and how much of a roster it fills: `make bench`.

Three tables: the pass in memory on practice rosters, plain greedy beside greedy with repair; the whole command against
the local Supabase, beside what Python and the client cost by themselves; the pass on growing rosters, as time per
shift.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Annotated, Any
from unittest.mock import patch

import typer
from rich.console import Console
from rich.table import Table

from demo.load import load_tables
from demo.local_supabase import PROJECT, local_supabase
from demo.roster import PRESETS, large_spec, make_roster
from greedy import database, processor
from greedy.coverage import measure
from greedy.loader import build_workspace
from greedy.models import Workspace
from greedy.processor import GreedyProcessor

app = typer.Typer(help=__doc__, add_completion=False)
out = Console(width=120)

SIZES = ((10, 35, 5), (30, 35, 15), (100, 35, 50), (300, 91, 150), (1000, 91, 500), (1000, 365, 500))
"""People, days, shifts a day."""


def _milliseconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def _solve(workspace: Workspace) -> tuple[float, int, int]:
    """Give milliseconds of FASE 2 and 3, places filled, and 24-hour duties."""
    solver = GreedyProcessor(workspace)
    took = _milliseconds(solver.process)
    covered = measure(solver.board)
    assert solver.pairing is not None  # noqa: S101  `process` has set it
    return took, covered.needed - covered.open, solver.pairing.pairs


@app.command()
def practice(rosters: Annotated[int, typer.Option(help="Rosters of each kind.")] = 20) -> None:
    """FASE 2 and 3 on practice rosters: places filled, 24-hour duties and time, without and with repair."""
    table = Table(title=f"FASE 2 and 3, {rosters} practice rosters of each kind (means; time: median, most)")
    for header in (
        "Kind",
        "Needed",
        "Greedy fills",
        "With repair",
        "Greedy pairs",
        "With repair",
        "Greedy",
        "With repair",
    ):
        table.add_column(header, justify="left" if header == "Kind" else "right")
    for kind in ("practice", "tight", "loose", "planned"):
        workspaces = [build_workspace(make_roster(PRESETS[kind], seed=seed)) for seed in range(1, rosters + 1)]
        with patch.object(processor, "repair"):
            plain = [_solve(workspace) for workspace in workspaces]
        repaired = [_solve(workspace) for workspace in workspaces]
        needed = sum(requirement.needed for requirement in workspaces[0].requirements)
        table.add_row(
            kind,
            str(needed),
            *(f"{sum(run[index] for run in runs) / rosters:.1f}" for index in (1, 2) for runs in (plain, repaired)),
            *(
                f"{median(run[0] for run in runs):.1f}, {max(run[0] for run in runs):.1f} ms"
                for runs in (plain, repaired)
            ),
        )
    out.print(table)


@app.command()
def command(runs: Annotated[int, typer.Option(help="Runs of each; the median is shown.")] = 5) -> None:
    """The whole command against the local Supabase, beside what Python and the client cost by themselves."""
    tables = make_roster()
    roster_id = tables["roosters"][0]["id"]
    job = ["greedy_orchestrator.py", "--roster-id", roster_id]
    with local_supabase() as server, database.connect(server.url, server.secret_key) as connection:
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


@app.command()
def scale(most: Annotated[int, typer.Option(help="Largest number of people.")] = 1000) -> None:
    """FASE 2 and 3 on growing rosters, each in a process of its own."""
    table = Table(title="FASE 2 and 3 on growing rosters (100 services from 300 people on)")
    for header in ("People", "Days", "Shifts", "Filled", "Time", "Per shift", "Memory"):
        table.add_column(header, justify="right")
    for people, days, shifts in SIZES:
        if people > most:
            continue
        sizes = [str(people), str(days), str(shifts)]
        program = [sys.executable, "-m", "benchmarks.speed", "one", *sizes]
        told = subprocess.run(program, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()
        needed, filled, seconds, megabytes = int(told[0]), int(told[1]), float(told[2]), float(told[3])
        per_shift = f"{1e6 * seconds / needed:.0f} µs"
        table.add_row(*sizes[:2], str(needed), str(filled), f"{seconds:.2f} s", per_shift, f"{megabytes:.0f} MB")
    out.print(table)


@app.command(hidden=True)
def one(people: int, days: int, shifts_per_day: int) -> None:
    """Solve one large roster, and print places needed, places filled, seconds, and megabytes at the most."""
    services = 100 if people >= 300 else 9  # few people cannot share a hundred services
    spec = large_spec(people=people, days=days, shifts_per_day=shifts_per_day, services=services)
    workspace = build_workspace(make_roster(spec))
    took, filled, _ = _solve(workspace)
    needed = sum(requirement.needed for requirement in workspace.requirements)
    print(needed, filled, took / 1000, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


@app.command(name="all")
def everything() -> None:
    """Show all three tables."""
    practice()
    command()
    scale()


if __name__ == "__main__":
    app()
