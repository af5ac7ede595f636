"""What several commands ask for, and how they show a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.rosters import SHORT, Seeds, choose

out = Console(width=180)

Rosters = Annotated[int, typer.Option(min=0, help="Rosters of each kind: the seeds from --first on.")]
First = Annotated[int, typer.Option(min=1, help="First seed.")]
Fresh = Annotated[int, typer.Option(min=0, help="Rosters of each kind beside them, of seeds drawn for this run.")]
Named = Annotated[str, typer.Option(help="Seeds to take instead of drawing new ones, separated by commas.")]
Kinds = Annotated[str, typer.Option(help="Kinds to measure, by the beginning of their names, separated by commas.")]
ShortKinds = Annotated[str, typer.Option(help="As for `quality`; the kinds with too few people if there are none.")]
Limit = Annotated[float, typer.Option(help="Seconds that the solver has for each count of a roster.")]
Processes = Annotated[int, typer.Option(min=1, help="Solvers that run side by side; nothing else is timed meanwhile.")]


def names_of(kinds: str) -> list[str]:
    """Return the names of an option that has several, separated by commas."""
    return [name.strip() for name in kinds.split(",") if name.strip()]


def short_kinds(kinds: str) -> list[str]:
    """Return the kinds that are asked for; those with too few people if there are none."""
    return choose(names_of(kinds)) if kinds else list(SHORT)


def show_beside(table: Table, seeds: Seeds, behind: str, lines: Sequence[str]) -> None:
    """Show how the job does beside the solver, on which seeds, and each roster on which it is behind."""
    out.print(table)
    out.print(f"Seeds: {seeds}")
    if lines:
        out.print(behind, *lines, sep="\n  ")
