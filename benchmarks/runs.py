"""One pass over one roster, timed and judged: what every comparison is made of."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measures import Measures, measure
from benchmarks.strangers.kind import Tables
from greedy.domain.models import Assignment
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from greedy.solver.parameters import Parameters
from tests.support import measures
from tests.support.checker import violations
from tests.support.measures import Aims


@dataclass(frozen=True, slots=True)
class Run:
    """One pass over one roster.

    Attributes:
        aims: What it comes to, by the tests' own reckoning.
        measures: The same with fairness, as the job's board has it.
        milliseconds: Processor time of FASE 2 and 3.
        plan: The records added.
    """

    aims: Aims
    measures: Measures
    milliseconds: float
    plan: list[Assignment]


def run_job(tables: Tables, *, plain: bool = False) -> Run:
    """Run FASE 2 and 3 and let the checker judge it; `plain` is the greedy pass alone, without repair.

    Raises:
        ValueError: A hard rule is broken.
    """
    job = GreedyProcessor(build_workspace(tables), parameters=Parameters(repair=not plain))
    gc.freeze()  # the garbage collector need not go through all the other rosters: the job has but one
    started = time.process_time()
    job.process()
    milliseconds = 1000 * (time.process_time() - started)
    gc.unfreeze()
    plan = job.workspace.assignments
    judge(tables, plan)
    return Run(measures.measure(tables, plan), measure(job.board), milliseconds, plan)


def judge(tables: Tables, plan: Sequence[Assignment]) -> None:
    """Check a plan, the solver's as well, against the hard rules.

    Raises:
        ValueError: One is broken.
    """
    # Rule 4 is judged by headcounts here: the checker's own sentence still ties planned rows to requirement rows.
    broken = [rule for rule in violations(tables, plan) if "no demand left for" not in rule]
    broken += measures.beyond_demand(tables, plan)
    if broken:
        raise ValueError(f"Rules are broken: {broken[:5]}")
