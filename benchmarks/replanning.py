"""How calm a replan is: what the job moves when a roster has changed, beside the fewest that the solver proves."""

from __future__ import annotations

import time
from dataclasses import dataclass

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.edits import OPTIONS, Change, changes
from benchmarks.fewest import Fewest, fewest_changes
from benchmarks.program import Program
from benchmarks.rosters import roster
from benchmarks.runs import judge
from greedy.domain.models import Assignment, Status
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from greedy.solver.replan import replan
from tests.support import measures

ROSTERS = (
    ("practice normal", 1),
    ("practice tight", 2),
    ("scarce normal", 1),
    ("real", 1),
    ("stranger forty", 1),
    ("stranger short 10", 1),
)
"""Kinds and seeds: two that can be filled easily, one that is hard to pair, the practice, a large one, a short one."""


@dataclass(frozen=True, slots=True)
class Replanned:
    """What a replan came to.

    Attributes:
        moved: Duties of the job's that go to somebody else, or go.
        milliseconds: Processor time.
        plan: All that the job has planned after it.
    """

    moved: int
    milliseconds: float
    plan: list[Assignment]


def replan_again(change: Change, *, reshuffle: bool = False) -> Replanned:
    """Replan a changed roster, and let the checker judge it."""
    workspace = build_workspace(change.tables)
    started = time.process_time()
    plan = replan(workspace, reshuffle=reshuffle)
    job = GreedyProcessor(plan.workspace, plan)
    job.pair()
    milliseconds = 1000 * (time.process_time() - started)
    gone = {(row.slot, row.service_id) for row in plan.taken_back}
    added = [record for record in job.workspace.assignments if record.status is Status.ACTIVE]
    # What a planner has taken, by entering leave there, is no row of the job's any more.
    there = {(row.slot, row.service_id) for row in workspace.stored if row.status is Status.ACTIVE}
    stays = [
        row for row in change.held if (row.slot, row.service_id) in there and (row.slot, row.service_id) not in gone
    ]
    final = [*stays, *added]
    complete = Program(build_workspace(change.base))
    whole = complete.plan(complete.choices(final))
    judge(change.base, whole)
    return Replanned(len(change.held) - len(stays), milliseconds, whole)


def replan_table(limit: float, workers: int) -> tuple[Table, int]:
    """Measure the rosters; return the table, and how many replans move more than twice the fewest, plus two."""
    table = Table(
        title="Duties that change hands in a replan",
        caption="fewest: proven by the solver, at what the job fills and pairs, and at no more cost of what is open",
    )
    for header in ("roster", "change", "duties", "open", "moved", "fewest", "allowed", "reshuffled", "ms"):
        table.add_column(header, justify="left" if header in ("roster", "change") else "right", no_wrap=True)
    beyond = 0
    for kind, seed in track(ROSTERS, "Replanning", console=Console(stderr=True)):
        for change in changes(roster(kind, seed)):
            done, anew = replan_again(change), replan_again(change, reshuffle=True)
            fewest: Fewest = fewest_changes(change.base, change.held, done.plan, limit, workers)
            if fewest.plan:
                judge(change.base, fewest.plan)
            allowed = 2 * fewest.bound + 2
            beyond += done.moved > allowed
            needed = measures.needs_of(change.base).places
            table.add_row(
                f"{kind}, {seed}", change.name, str(len(change.held)),
                str(needed - measures.measure(change.base, done.plan).filled), str(done.moved),
                str(fewest.moved) if fewest.proven else f"{fewest.bound} to {fewest.moved}", str(allowed),
                str(anew.moved), f"{done.milliseconds:.0f}",
                end_section=change.name == OPTIONS[-1],
            )  # fmt: skip
    return table, beyond
