"""How the time and memory of FASE 2 and 3 grow with the roster."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Annotated, NamedTuple

import typer
from rich.table import Table

from benchmarks.measures import measure
from benchmarks.options import out
from benchmarks.processes import in_process, megabytes_at_most
from demo.roster import make_roster
from demo.spec import RosterSpec, large_spec
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor


class Size(NamedTuple):
    """Size of a roster on the scale curve."""

    people: int
    weeks: float
    shifts_per_day: int
    services: int


PEOPLE = tuple(Size(people, 365 / 7, people // 2, max(9, people // 10)) for people in (10, 30, 100, 300, 1000))
WEEKS = tuple(Size(100, weeks, 50, 10) for weeks in (5, 10, 20, 52))


def _spec(size: Size) -> RosterSpec:
    """Make the spec of a size, about as hard to fill as its neighbours on the curve.

    Everybody knows about ten services whatever their number, and a small practice has four duties a day nevertheless,
    which most of its people take.
    """
    spec = large_spec(size.people, round(size.weeks * 7), size.shifts_per_day, size.services)
    usual = min(1.0, 10 / sum(not service.is_system for service in spec.services))
    duties = max(0.4, min(0.86, 12 / size.people))
    services = tuple(replace(service, qualified=duties if service.is_system else usual) for service in spec.services)
    return replace(spec, services=services, duties_per_day=max(1, spec.duties_per_day))


def scale(
    most: Annotated[int, typer.Option(help="Largest number of people.")] = 1000,
) -> None:
    """FASE 2 and 3 from 10 to 1,000 people and from 5 to 52 weeks, each roster in a process of its own."""
    table = Table(
        title="FASE 2 and 3 on growing rosters",
        caption="memory: most of the whole process, of which without FASE 2 and 3 (rows, workspace)",
    )
    for header in ("people", "days", "services", "shifts", "filled", "paired", "s", "µs per shift", "MB", "before"):
        table.add_column(header, justify="right", no_wrap=True)
    for sizes in (PEOPLE, WEEKS):
        for size in sizes:
            if size.people > most:
                continue
            told = json.loads(in_process("one", *(f"{part:g}" for part in size)))
            table.add_row(
                str(size.people), str(told["days"]), str(size.services), f"{told['needed']:,}",
                f"{100 * told['filled'] / told['needed']:.1f} %", f"{told['paired']:,}", f"{told['seconds']:.2f}",
                f"{1e6 * told['seconds'] / told['needed']:.0f}", f"{told['megabytes']:.0f}", f"{told['before']:.0f}",
                end_section=size is sizes[-1],
            )  # fmt: skip
    out.print(table)


def one(people: int, weeks: float, shifts_per_day: int, services: int) -> None:
    """Run one roster of the scale curve and print what came of it."""
    spec = _spec(Size(people, weeks, shifts_per_day, services))
    workspace = build_workspace(make_roster(spec))
    before = megabytes_at_most()
    started = time.process_time()
    job = GreedyProcessor(workspace)
    job.process()
    seconds = time.process_time() - started
    megabytes = megabytes_at_most()
    measures = measure(job.board)
    print(
        json.dumps(
            {
                "days": spec.days,
                "needed": measures.needed,
                "filled": measures.counts.filled,
                "paired": measures.counts.paired,
                "seconds": seconds,
                "megabytes": megabytes,
                "before": before,
            }
        )
    )
