"""Rounding: from the relaxation's solution to a plan that is worth as much.

The solution (`greedy.solver.relaxation`) is a plan but for some fractions, and differs little from the draft that it
began with. Where fractions and differences are few, the best plan that differs from the draft in these alone is found
as an integer program, exactly. Where there are many, or nothing is gained by that, what the solution says is assigned,
whole things first, and what is missing then is filled and paired by chains (`greedy.solver.completing`).

Nothing that the solver says is trusted: all of it is assigned through the board, as far as the rules allow it, and a
plan that is worth less than the draft before is undone.

Source: relaxation induced neighbourhoods, E. Danna, E. Rothberg and C. Le Pape, "Exploring relaxation induced
neighborhoods to improve MIP solutions", Mathematical Programming 102 (2005).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress

from greedy.solver.completing import Completing
from greedy.solver.cost_relaxations import CostRelaxation, CoverRelaxation, SpreadRelaxation
from greedy.solver.draft import Draft, Value
from greedy.solver.halves import Half
from greedy.solver.linear import EXACT, Unsolved
from greedy.solver.parameters import Parameters
from greedy.solver.relaxation import Choice, Relaxation
from greedy.solver.spread import Cost


class Rounding:
    """Fills and pairs a draft as the relaxation of its roster shows that it can be."""

    def __init__(self, draft: Draft, completing: Completing, parameters: Parameters) -> None:
        """Prepare for a draft.

        Args:
            draft: The draft.
            completing: Fills and pairs it by chains, and is told the most that it can be worth.
            parameters: The bounds.
        """
        self.draft = draft
        self.board = draft.board
        self.parameters = parameters
        self._completing = completing
        self._relaxation: Relaxation | None = None
        self._given_up = self.board.possibilities > parameters.relaxed_possibilities
        self._spread_at: tuple[Value, Cost] | None = None

    def fill(self) -> None:
        """Fill and pair more, as far as the relaxation leaves hope.

        Nothing is done on a huge roster, whose relaxation would take too long, nor where the solver gives up.
        """
        if self._given_up or not self._completing.hopes():
            return
        before, value = self.draft.snapshot(), self.draft.value
        try:
            if self._relaxation is None:
                self._relaxation = Relaxation(self.draft)
            self._improve(self._relaxation)
        except Unsolved:
            self._given_up = True
        if self.draft.value < value:
            self.draft.restore(before)

    def solve(self, variables: int) -> None:
        """Make the draft the best plan there is, as an integer program of the whole roster, where there is hope still.

        Args:
            variables: The most that the program may have.
        """
        relaxation = self._relaxation
        if relaxation is None or relaxation.size > variables or not self._hopes():
            return
        best = relaxation.best(relaxation.choices)
        if best is not None:
            self._adopt(best)
            if relaxation.proven:
                self._completing.most = self.draft.value

    def solve_around(self, choices: int) -> None:
        """Make the draft the best plan near what the relaxation shows, as long as that gains and there is hope still.

        Args:
            choices: The most that an integer program of it may have.
        """
        relaxation, value = self._relaxation, None
        while relaxation is not None and value != self.draft.value and self._hopes():
            value = self.draft.value
            try:
                relaxation.solve()
            except Unsolved:
                return
            if self._adopt_nearby(relaxation, choices):
                self._complete()

    def _hopes(self) -> bool:
        """Whether more may be filled or paired, by what the relaxation says."""
        return self._completing.most is not None and bool(self._completing.hopes())

    def spread(self) -> None:
        """Leave other places than on-call ones open where it costs less; fill and pair as much.

        As with `fill`, nothing is done on a huge roster, nor where the solver gives up.
        """
        draft = self.draft
        if draft.value[1:3] == (0, 0) or self._given_up or not self.parameters.relaxed_spread:
            return
        if self._spread_at != (draft.value, draft.spread.cost):
            with suppress(Unsolved):
                self._move_open_places(SpreadRelaxation(draft))
            self._spread_at = draft.value, draft.spread.cost

    def cover(self) -> bool:
        """Get somebody on call on dagdelen that have nobody; fill and pair as much.

        Returns:
            Whether it is known now that no fewer dagdelen can have nobody.
        """
        if self._given_up:
            return False
        relaxation = CoverRelaxation(self.draft)
        try:
            self._move_open_places(relaxation)
        except Unsolved:
            return False
        return not relaxation.hopes

    def _move_open_places(self, relaxation: CostRelaxation) -> None:
        relaxation.solve()
        if relaxation.hopes:
            self._adopt_nearby(relaxation, self.parameters.whole_choices)

    def _improve(self, relaxation: Relaxation) -> None:
        """Solve the relaxation, and make a plan of the solution if that may be worth more than the draft."""
        completing = self._completing
        if completing.most is None:
            completing.most = relaxation.most()
        else:
            relaxation.solve()
        if completing.hopes():
            self._round(relaxation)

    def _round(self, relaxation: Relaxation) -> None:
        """Make a plan of the solution, by the integer program where that is small, else by chains."""
        if self._adopt_nearby(relaxation, self.parameters.whole_choices):
            self._complete()
            return
        shares, assigned = relaxation.shares, relaxation.assigned()
        whole = {choice for choice, share in shares.items() if share > 1 - EXACT}
        self._assign(whole, sorted(shares, key=lambda one: (-round(shares[one], 6), one not in assigned, one)))
        self._complete()

    def _adopt_nearby(self, relaxation: Relaxation, choices: int) -> bool:
        """Adopt the best plan that differs from the draft in what is unsettled alone; return whether it is worth more.

        Args:
            relaxation: The relaxation, solved.
            choices: The most that may be unsettled.
        """
        unsettled = relaxation.unsettled()
        best = relaxation.best(unsettled) if len(unsettled) <= choices else None
        return best is not None and self._adopt(best)

    def _adopt(self, best: Collection[Choice]) -> bool:
        """Make the draft a plan that was found whole, if that is worth more, or costs less; return whether it is."""
        draft = self.draft
        before, value, cost = draft.snapshot(), draft.value, draft.spread.cost
        self._assign(best, sorted(best))
        if draft.value < value or (draft.value == value and draft.spread.cost >= cost):
            draft.restore(before)
        return draft.value > value

    def _assign(self, kept: Collection[Choice], wanted: Iterable[Choice]) -> None:
        """Take back what is not to be kept, and assign what is wanted, as far as the rules allow it."""
        draft, board = self.draft, self.board
        for person in board.everyone:
            for slot, service in list(board.added[person].items()):
                if (person, Half(service, slot)) not in kept:
                    draft.release(person, (Half(service, slot),))
        for person, half in wanted:
            if board.takers(*half) >> person & 1:
                draft.assign(person, (half,))
        draft.keep()

    def _complete(self) -> None:
        """Fill and pair what the solution left open."""
        with self._completing.chains.effort.of_its_own(self.parameters.recreation_effort):
            self._completing.complete(self.parameters.recreation_limits)
