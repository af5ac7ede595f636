"""How complete, how fair and how fast the job is, beside plain greedy and the proven optimum.

`quality`, `shortage`, `changes`, `replan`, `weekends`, `fairness`, `scale` and `shapes` print one table each; nothing
is asserted of what a clock says. The pass works alone and in memory, so its time is told as processor time, which
other programs hardly disturb. What the solver proved is kept in `optima.json`. Every roster, the solver's as well,
goes through the tests' independent checker.
"""

from __future__ import annotations

from typing import Annotated

import typer

from benchmarks.changes import changes_table
from benchmarks.fair import fairness
from benchmarks.kinds import KINDS
from benchmarks.odd import shape, shapes
from benchmarks.options import (
    First,
    Fresh,
    Kinds,
    Limit,
    Named,
    Processes,
    Rosters,
    ShortKinds,
    names_of,
    out,
    short_kinds,
    show_beside,
)
from benchmarks.quality import quality
from benchmarks.queue import queue
from benchmarks.replanning import replan_table
from benchmarks.rosters import Seeds, choose
from benchmarks.scale import one, scale
from benchmarks.shortage import shortage_table
from benchmarks.strangers import STRANGERS
from benchmarks.weekends import weekends_table
from benchmarks.whole import whole
from benchmarks.writes import writes

app = typer.Typer(help=__doc__, add_completion=False, no_args_is_help=True)
app.command()(writes)
app.command()(queue)
app.command()(whole)
app.command()(quality)


@app.command()
def shortage(
    rosters: Rosters = 10,
    first: First = 1,
    fresh: Fresh = 2,
    seeds: Named = "",
    kinds: ShortKinds = "",
    limit: Limit = 60.0,
    processes: Processes = 1,
) -> None:
    """Which places stay open where staff is short: the job beside the least that is possible at the same counts."""
    drawn = Seeds.draw(first, rosters, fresh, seeds)
    table, lines = shortage_table(short_kinds(kinds), drawn, limit, processes)
    show_beside(table, drawn, "More dagdelen without anyone on call than need be:", lines)


@app.command()
def changes(
    rosters: Rosters = 5,
    first: First = 1,
    fresh: Fresh = 0,
    seeds: Named = "",
    kinds: ShortKinds = "",
    limit: Limit = 60.0,
    processes: Processes = 1,
) -> None:
    """Changes that together fill what stays open: the job's set beside the fewest that the solver finds."""
    drawn = Seeds.draw(first, rosters, fresh, seeds)
    table, lines = changes_table(short_kinds(kinds), drawn, limit, processes)
    show_beside(table, drawn, "More changes than the solver needs:", lines)


@app.command()
def replan(
    limit: Annotated[float, typer.Option(help="Seconds that the solver has for each replan.")] = 60.0,
    workers: Annotated[int, typer.Option(min=1, help="Threads of the solver.")] = 2,
) -> None:
    """How calm a replan is: what moves on six rosters after three changes each, beside the proven fewest."""
    table, beyond = replan_table(limit, workers)
    out.print(table)
    out.print(f"Replans that move more than twice the proven fewest, plus two: {beyond}")


@app.command()
def weekends(
    rosters: Rosters = 5,
    first: First = 1,
    kinds: Kinds = "practice tight,scarce tight,stranger tight",
) -> None:
    """How evenly weekends are shared out on tight rosters."""
    out.print(weekends_table(choose(names_of(kinds)), range(first, first + rosters)))


app.command()(fairness)
app.command()(scale)
app.command(hidden=True)(one)
app.command()(shapes)
app.command(hidden=True)(shape)


@app.command(name="kinds")
def list_kinds() -> None:
    """List the kinds of roster, and what each is made of."""
    for kind, spec in (KINDS | STRANGERS).items():
        out.print(f"{kind:25}{spec}", highlight=False)


if __name__ == "__main__":
    app()
