"""The time and memory that rosters of unusual shape (`benchmarks.shapes`) take."""

from __future__ import annotations

import json
import time
from statistics import median
from typing import Annotated

import typer
from rich.table import Table

from benchmarks.options import names_of, out
from benchmarks.processes import in_process, megabytes_at_most
from benchmarks.runs import judge
from benchmarks.shapes import PRACTICE, SHAPES, make_shape
from greedy.loader import build_workspace
from greedy.outcome import coverage
from greedy.processor import GreedyProcessor

ENOUGH = 0.5
"""Seconds after which a shape has been timed often enough."""


def shapes(
    names: Annotated[str, typer.Option(help="Shapes to measure, separated by commas; all when there are none.")] = "",
) -> None:
    """FASE 2 and 3, and the reasons for what stays open, on rosters of unusual shape, each in a process of its own."""
    chosen = names_of(names) or list(SHAPES)
    table = Table(
        title="FASE 2 and 3 on rosters of unusual shape",
        caption="ratio: time per place beside the practice's; reasons: s to say why places stay open",
    )
    for header in (
        "shape",
        "what is unusual",
        "people",
        "places",
        "filled",
        "s",
        "µs per place",
        "ratio",
        "reasons",
        "MB",
    ):
        text = header in ("shape", "what is unusual")
        table.add_column(header, justify="left" if text else "right", no_wrap=True)
    practice = 0.0
    for name in (PRACTICE, *(name for name in chosen if name != PRACTICE)):
        told = json.loads(in_process("shape", name))
        each = 1e6 * told["seconds"] / told["needed"]
        practice = practice or each
        table.add_row(
            name, SHAPES[name].story, f"{told['people']:,}", f"{told['needed']:,}",
            f"{100 * told['filled'] / told['needed']:.1f} %", f"{told['seconds']:.2f}", f"{each:.0f}",
            f"{each / practice:.1f}", f"{told['reasons']:.2f}", f"{told['megabytes']:.0f}",
        )  # fmt: skip
    out.print(table)


def shape(name: str) -> None:
    """Run one roster of unusual shape and print what came of it: the median of a few runs where they are short."""
    tables = make_shape(name)
    seconds: list[float] = []
    while sum(seconds) < ENOUGH:
        job = GreedyProcessor(build_workspace(tables))
        started = time.process_time()
        job.process()
        seconds.append(time.process_time() - started)
    started = time.process_time()
    covered = coverage.measure(job.board)
    reasons = time.process_time() - started
    megabytes = megabytes_at_most()
    judge(tables, job.workspace.assignments)
    print(
        json.dumps(
            {
                "people": len(job.board.people),
                "needed": covered.needed,
                "filled": covered.needed - covered.open,
                "seconds": median(seconds),
                "reasons": reasons,
                "megabytes": megabytes,
            }
        )
    )
