"""FASE 2 and FASE 3 of a workspace, in memory: a facade over `greedy.solver`.

FASE 2 assigns the open shifts: greedily (`greedy.solver.construction`), then by repair (`greedy.solver.repair`). FASE 3
derives the rest that follows (`greedy.solver.pairing`). The pass is pure: no I/O, no clock, no randomness; equal rows
in any order give the same roster.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from greedy.domain.models import Workspace
from greedy.solver.allocation import name_requirements
from greedy.solver.board import Board
from greedy.solver.construction import Progress
from greedy.solver.fairness import Fairness
from greedy.solver.pairing import Pairing, pair_duties
from greedy.solver.parameters import DEFAULT, Parameters
from greedy.solver.plan import Plan, make_plan

__all__ = ["GreedyProcessor", "Progress"]


class GreedyProcessor:
    """Fills one workspace, in memory.

    Attributes:
        workspace: The roster; only its `assignments` change.
        pairing: What FASE 3 found; None before it has run.
    """

    def __init__(self, workspace: Workspace, plan: Plan | None = None, parameters: Parameters = DEFAULT) -> None:
        """Prepare.

        Args:
            workspace: The roster.
            plan: The plan, where a replan has done FASE 2 already; `workspace` is then the plan's. None otherwise.
            parameters: The bounds of the search.
        """
        self.workspace = workspace
        self.pairing: Pairing | None = None
        self._plan = plan
        self._parameters = parameters

    @property
    def plan(self) -> Plan:
        """What FASE 2 has planned.

        Raises:
            RuntimeError: FASE 2 has not run.
        """
        if self._plan is None:
            raise RuntimeError("There is no plan before FASE 2: call assign() first")
        return self._plan

    @property
    def board(self) -> Board:
        """The roster as it will be; RuntimeError before FASE 2."""
        return self.plan.board

    @property
    def fairness_before(self) -> Fairness | None:
        """How fair it was before FASE 2 shared the work out; None before FASE 2."""
        return self._plan.fairness_before if self._plan else None

    def process(self) -> Workspace:
        """Run FASE 2 and FASE 3.

        Returns:
            The workspace, its `assignments` holding exactly the records that the job adds.
        """
        self.assign()
        self.pair()
        return self.workspace

    def assign(self, progress: Progress | None = None) -> None:
        """Run FASE 2: add an ACTIVE assignment for each place that can be filled."""
        with _uncollected():
            self._plan = make_plan(self.workspace, progress, self._parameters)
        self.workspace.assignments[:] = self._plan.workspace.assignments

    def pair(self) -> Pairing:
        """Run FASE 3: add a BLOCKED assignment for each open slot in which someone rests; return what was found."""
        with _uncollected():
            self.pairing = pair_duties(self.board)
            records = name_requirements(self.board, [*self.workspace.assignments, *self.pairing.blocks])
            self.pairing.blocks[:] = records[len(self.workspace.assignments) :]
            self.workspace.assignments[:] = records
        return self.pairing


@contextmanager
def _uncollected() -> Iterator[None]:
    """Switch Python's cycle collector off for the block.

    The pass makes no cycles, but many lasting objects, which the collector would look at again and again: on a very
    large roster for a third of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
