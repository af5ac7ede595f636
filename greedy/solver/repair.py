"""FASE 2, second half: what the greedy pass left open is filled, what it split is paired, and the work is shared out.

Only assignments of this run move. Four aims, none given up for a later one: (1) on-call shifts filled, (2) other shifts
filled, (3) 24-hour duties paired, (4) fairness. The first three are pursued by ejection chains
(`greedy.solver.chains`), the fourth by chains and exchanges that lose nothing (`greedy.solver.sharing`). Sharing out
moves much about, after which something can be filled or paired that could not before; so the aims are pursued in turn,
a few times.

Guaranteed: every step makes (on-call filled, others filled, paired, fairness) lexicographically better; nothing stays
open that someone could simply take; equal input gives an equal roster. Not guaranteed:
the optimum. What is lacking of it on rosters of many kinds, `benchmarks/` measures; it takes chains that are longer, or
leave more unsettled at a time, than the bounds allow. Where counting proves that no more can be paired
(`greedy.solver.bounds`), nothing is tried; elsewhere the search ends by its bounded effort, which is counted in steps
looked at, not in seconds, so that the result does not depend on the machine.
"""

from __future__ import annotations

from collections.abc import Iterator

from greedy.solver.board import Board, bits
from greedy.solver.bounds import PairBound
from greedy.solver.chains import Chains
from greedy.solver.draft import Draft, Half, Value
from greedy.solver.fairness import Fairness, measure
from greedy.solver.sharing import Sharing

ROUNDS = 3
"""Times that the aims are pursued in turn."""

LIMITS = (60, 800)
"""Situations that the search for one chain may look at: first few, for all that is easily had, then many."""

EFFORT = 16_000
"""Steps that may be looked at for filling and pairing; a large roster gets `PER_SHIFT` for each shift."""

PER_SHIFT = 5

SHARING = 3_500
"""Steps that may be looked at each time that work is shared out; a large roster gets one per shift."""

ANY = -(10**9)
"""A worth that does not matter."""


def repair(board: Board) -> Fairness:
    """Improve the assignments of this run on a board that the greedy pass has filled.

    Returns:
        How fair it was when as much as possible was filled and paired, before the work was shared out.
    """
    return _Repair(board).run()


class _Repair:
    def __init__(self, board: Board) -> None:
        self.board = board
        self.draft = Draft(board)
        self.sharing = Sharing(self.draft)
        self.bound = PairBound(self.draft)
        self.chains = Chains(self.draft, max(EFFORT, PER_SHIFT * len(board.shifts)))
        self.for_sharing = max(SHARING, len(board.shifts))

    def run(self) -> Fairness:
        """Pursue the aims in turn, as long as sharing out helps the others; give the fairness before that."""
        self._complete()
        before = measure(self.board)
        for _ in range(ROUNDS):
            value = self.draft.value
            for ejecting in (False, True):
                self.sharing.share_out(self.for_sharing, ejecting=ejecting)
            self.sharing.exchange(self.for_sharing)
            self._complete()
            if self.draft.value == value:
                break
        self._take_what_is_free()
        return before

    def _take_what_is_free(self) -> None:
        """Fill what somebody can simply take, should the effort have ended before."""
        board, draft = self.board, self.draft
        for on_call in (True, False):
            for half in draft.open_halves(on_call=on_call):
                shift = board.shifts[half.slot, half.service]
                while people := board.candidates(*half) & board.admitted(shift):
                    person = min(bits(people), key=lambda person: (board.total_share(person), person))
                    draft.assign(person, (half,))
                    draft.keep()

    def _complete(self) -> None:
        """Aims 1 to 3: pairing can make room for a shift, which can make room for a pair, and so on."""
        self._fill()
        while self._pair() and self._fill():
            pass

    def _fill(self) -> bool:
        """Aims 1 and 2: fill open places; tell whether any was filled."""
        before = self.draft.value
        for on_call, need in ((True, Value(1, ANY, ANY)), (False, Value(0, 1, ANY))):
            for limit in LIMITS:
                while self._fill_some(need, limit, on_call=on_call):
                    pass
        return self.draft.value != before

    def _fill_some(self, need: Value, limit: int, *, on_call: bool) -> bool:
        filled = False
        for half in self.draft.open_halves(on_call=on_call):
            while self.chains.effort > 0 and self.draft.is_wanted(half) and self.chains.fill(half, need, limit):
                filled = True
        return filled

    def _pair(self) -> bool:
        """Aim 3: unite the halves of a day's duty that two people have; tell whether any were united."""
        before = self.draft.value
        for limit in LIMITS:
            while self._pair_some(limit):
                pass
        return self.draft.value != before

    def _pair_some(self, limit: int) -> bool:
        united = False
        for morning, evening in self._duties():
            if self.draft.alone(morning) | self.draft.alone(evening):
                united |= self.chains.effort > 0 and self.chains.unite(morning, evening, limit)
        return united

    def _duties(self) -> Iterator[tuple[Half, Half]]:
        """The 24-hour duties of each day, as long as more can be paired."""
        draft, most = self.draft, self.bound.in_all()
        for kind in self.bound.kinds:
            counted, paired = -1, 0
            for morning, evening in kind.days:
                if draft.value.pairs != counted:
                    counted = draft.value.pairs
                    paired = sum(draft.paired(of_day).bit_count() for of_day, _ in kind.days)
                if counted >= most or paired >= kind.most:
                    break
                yield morning, evening
