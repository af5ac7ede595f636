"""FASE 2, second half: fill what the greedy pass left open, pair what it split, choose what stays open, share out.

Only assignments of this run move. The aims (`docs/rules.md`, "The aims"), none given up for a later one: on-call places
filled, others of MOET and AANGEPAST, those of MAG, 24-hour duties paired; what stays open stays open where it hurts
least; fairness. The first are pursued by ejection chains (`greedy.solver.completing`); where there is still hope of
more, by the solution of a linear program (`greedy.solver.rounding`), and by making parts of the plan anew
(`greedy.solver.recreating`). The next are pursued by another linear program and by chains that leave another place open
(`greedy.solver.spreading`), fairness by chains and exchanges that lose nothing (`greedy.solver.sharing`). Sharing moves
many shifts, after which something may be filled or paired that could not be before; so the aims are pursued in turn, a
few times.

Guaranteed: no step makes the aims lexicographically worse; nothing stays open that someone could simply take; equal
input gives an equal roster. Not guaranteed: the optimum; `benchmarks/` measures the gap. Where counting
(`greedy.solver.bounds`) or the linear program (`greedy.solver.relaxation`) proves that no more can be filled or paired,
nothing is tried; elsewhere the search ends by its bounded effort (`greedy.solver.parameters`).
"""

from __future__ import annotations

from collections.abc import Sequence

from greedy.solver.board import Board
from greedy.solver.completing import NEEDS, Completing
from greedy.solver.draft import Draft
from greedy.solver.fairness import Fairness, measure
from greedy.solver.numbering import bits
from greedy.solver.parameters import DEFAULT, Parameters
from greedy.solver.recreating import Recreating
from greedy.solver.rounding import Rounding
from greedy.solver.sharing import Sharing
from greedy.solver.spreading import Spreading


def repair(board: Board, parameters: Parameters = DEFAULT) -> Fairness:
    """Improve the assignments of this run on a board that the greedy pass has filled.

    Returns:
        How fair it was when as much as possible was filled and paired, before the work was shared out.
    """
    return _Repair(board, parameters).run()


class _Repair:
    def __init__(self, board: Board, parameters: Parameters) -> None:
        self.board = board
        self.parameters = parameters
        self.draft = Draft(board)
        self.sharing = Sharing(self.draft, parameters)
        self.spreading = Spreading(self.draft, parameters)
        self.completing = Completing(self.draft, parameters)
        self.rounding = Rounding(self.draft, self.completing, parameters)
        self.recreating = Recreating(self.draft, self.completing, self.spreading, parameters)
        self.effort = max(parameters.effort, parameters.effort_per_shift * len(board.shifts))

    def run(self) -> Fairness:
        """Pursue the aims in turn, as long as sharing helps the others; return the fairness before any sharing."""
        self._complete(self.effort, self.parameters.limits)
        self._complete_otherwise()
        self._spread_out()
        if self.draft.spread.uncovered():
            self._cover()
        before = measure(self.board)
        for _ in range(self.parameters.rounds):
            value, cost = self.draft.value, self.draft.spread.cost
            self._share_out()
            self._complete(self.effort // 4, self.parameters.limits)
            self._spread_out()
            if (self.draft.value, self.draft.spread.cost) == (value, cost):
                break
        self._take_what_is_free()
        if self.parameters.rounds:  # once, at the end: nothing that follows could use what it moves
            self.sharing.exchange(max(self.parameters.sharing_effort, len(self.board.shifts)))
        return before

    def _complete_otherwise(self) -> None:
        """Fill and pair what chains could not; where nothing is won, the draft stays as it was."""
        parameters, turns = self.parameters, range(self._turns(self.parameters.recreations))
        before, value = self.draft.snapshot(), self.draft.value
        self.rounding.fill()
        self.rounding.solve(parameters.few_variables)
        self._complete(parameters.last_effort, parameters.last_limits)
        for first in turns[:: parameters.recreations_at_once]:
            self.recreating.fill(turns[first : first + parameters.recreations_at_once])
            self.rounding.fill()
        self.rounding.solve(parameters.whole_variables)
        self.rounding.solve_around(parameters.last_choices)
        if self.draft.value == value:
            self.draft.restore(before)

    def _spread_out(self) -> None:
        """Leave open what costs least: other places than on-call ones as the relaxation shows, then any by chains."""
        self.rounding.spread()
        self.spreading.spread_out()

    def _cover(self) -> None:
        """Get somebody on call on dagdelen that have nobody: as the relaxation shows, else by making parts anew."""
        cost = self.draft.spread.cost
        if not self.rounding.cover():
            self.recreating.cover(self._turns(self.parameters.cover_recreations))
        if self.draft.spread.cost != cost:
            self._spread_out()

    def _turns(self, most: int) -> int:
        """Return how often part of this plan may be recreated: less often the larger it is."""
        return min(most, self.parameters.recreated_shifts // max(1, len(self.board.shifts)))

    def _complete(self, effort: int, limits: Sequence[int]) -> None:
        """Fill and pair, with so much effort and what is left of it."""
        self.completing.chains.effort.left = max(0, self.completing.chains.effort.left) + effort
        self.completing.complete(limits)

    def _share_out(self) -> None:
        """Share the work out, with more effort where filling and pairing needed little."""
        parameters, left = self.parameters, self.completing.chains.effort.left
        effort = max(parameters.sharing_effort, min(left, parameters.sharing_effort_at_most), len(self.board.shifts))
        for ejecting in (False, True):
            self.sharing.share_out(effort, ejecting=ejecting)

    def _take_what_is_free(self) -> None:
        """Fill what somebody can simply take, in case the effort ran out first."""
        board, draft = self.board, self.draft
        for worth in NEEDS:
            for half in draft.open_halves(worth):
                while people := board.takers(*half):
                    person = min(bits(people), key=lambda person: (board.total_share(person), person))
                    draft.assign(person, (half,))
                    draft.keep()
