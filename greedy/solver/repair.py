"""FASE 2, second half: fill what the greedy pass left open, pair what it split, choose what stays open, share out.

Only assignments of this run move. The aims (`docs/rules.md`, "The aims"), none given up for a later one: on-call places
filled, others of MOET and AANGEPAST, those of MAG, 24-hour duties paired; what stays open stays open where it hurts
least; fairness. The first are pursued by ejection chains (`greedy.solver.chains`), the next by chains that leave
another place open (`greedy.solver.spreading`), fairness by chains and exchanges that lose nothing
(`greedy.solver.sharing`). Sharing moves many shifts, after which something may be filled or paired that could not be
before; so the aims are pursued in turn, a few times.

Guaranteed: every step makes the aims lexicographically better; nothing stays open that someone could simply take; equal
input gives an equal roster. Not guaranteed: the optimum. To reach it would take chains that are longer, or leave more
unsettled at a time, than the bounds allow; `benchmarks/` measures the gap. Where counting proves that no more can be
filled or paired (`greedy.solver.bounds`), nothing is tried; elsewhere the search ends by its bounded effort
(`greedy.solver.parameters`).
"""

from __future__ import annotations

from collections.abc import Iterator

from greedy.solver.board import Board
from greedy.solver.bounds import PairBound, can_be_filled
from greedy.solver.chains import Chains
from greedy.solver.draft import ANY, FIRM, ON_CALL, OPTIONAL, Draft, Value
from greedy.solver.fairness import Fairness, measure
from greedy.solver.halves import Half, Unit
from greedy.solver.numbering import PersonNumber, ServiceNumber, SlotNumber, bits
from greedy.solver.parameters import DEFAULT, Parameters
from greedy.solver.sharing import Sharing
from greedy.solver.spreading import Spreading

NEEDS = {ON_CALL: Value(1, ANY, ANY, ANY), FIRM: Value(0, 1, ANY, ANY), OPTIONAL: Value(0, 0, 1, ANY)}
"""What a place is worth -> what must be gained at least by filling it."""


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
        self.bound = PairBound(self.draft)
        self.effort = max(parameters.effort, parameters.effort_per_shift * len(board.shifts))
        self.chains = Chains(self.draft, 0, parameters)
        self._tried: dict[Unit, tuple[int, int]] = {}
        self._optional: dict[ServiceNumber, tuple[tuple[PersonNumber, SlotNumber] | None, int]] = {}

    def run(self) -> Fairness:
        """Pursue the aims in turn, as long as sharing helps the others; return the fairness before any sharing."""
        self._complete(self.effort)
        self.spreading.spread_out()
        before = measure(self.board)
        for _ in range(self.parameters.rounds):
            value, cost = self.draft.value, self.draft.spread.cost
            self._share_out()
            self._complete(self.effort // 4)
            self.spreading.spread_out()
            if (self.draft.value, self.draft.spread.cost) == (value, cost):
                break
        self._take_what_is_free()
        if self.parameters.rounds:  # once, at the end: nothing that follows could use what it moves
            self.sharing.exchange(max(self.parameters.sharing_effort, len(self.board.shifts)))
        return before

    def _share_out(self) -> None:
        """Share the work out, with more effort where filling and pairing needed little."""
        parameters, left = self.parameters, self.chains.effort.left
        effort = max(parameters.sharing_effort, min(left, parameters.sharing_effort_at_most), len(self.board.shifts))
        for ejecting in (False, True):
            self.sharing.share_out(effort, ejecting=ejecting)

    def _take_what_is_free(self) -> None:
        """Fill what somebody can simply take, in case the effort has run out before."""
        board, draft = self.board, self.draft
        for worth in (ON_CALL, FIRM, OPTIONAL):
            for half in draft.open_halves(worth):
                shift = board.shifts[half.slot, half.service]
                while people := board.candidates(*half) & board.admitted(shift):
                    person = min(bits(people), key=lambda person: (board.total_share(person), person))
                    draft.assign(person, (half,))
                    draft.keep()

    def _complete(self, effort: int) -> None:
        """Fill and pair: what is easily had first, whatever it is; what takes a longer search only when nothing is.

        Pairing can make room for a shift, which can make room for a pair, and so on.
        """
        self.chains.effort.left = max(0, self.chains.effort.left) + effort
        for limit in self.parameters.limits:
            value = None
            while value != self.draft.value and self.chains.effort.left > 0:
                value = self.draft.value
                self.chains.look_ahead()
                self._fill(limit)
                if self.parameters.only_fill and self.draft.is_full:
                    return
                self._pair(limit)

    def _fill(self, limit: int) -> None:
        """Fill open places, on-call ones first."""
        for worth, need in NEEDS.items():
            for half in self.draft.open_halves(worth):
                while self._is_new((half,), limit) and self._may_fill(half) and self.chains.fill(half, need, limit):
                    pass

    def _is_new(self, unit: Unit, limit: int) -> bool:
        """Whether a search has not been tried yet, as the draft is and with so many situations; from now on it has."""
        now = self.draft.version, limit
        if self._tried.get(unit) == now:
            return False
        self._tried[unit] = now
        return True

    def _may_fill(self, half: Half) -> bool:
        """Whether there is hope: counting allows one more of the service, or one of MAG can be left for one of MOET."""
        draft = self.draft
        if self.chains.effort.left <= 0 or half.slot not in draft.open[half.service]:
            return False
        if draft.is_wanted(half) and can_be_filled(draft, half):
            return True
        return draft.worth(half) == FIRM and self._optional_of(half.service)

    def _optional_of(self, service: ServiceNumber) -> bool:
        """Whether somebody has a place of MAG of a service by an assignment of this run.

        One that was found is looked at first, and where there was none nothing is looked at until the draft changes.
        """
        draft, board = self.draft, self.board
        found, version = self._optional.get(service, (None, -1))
        if found is None and version == draft.version:
            return False
        if found is None or not self._is_optional(service, *found):
            places = ((person, slot) for person in board.everyone for slot in board.added[person])
            found = next((place for place in places if self._is_optional(service, *place)), None)
            self._optional[service] = found, draft.version
        return found is not None

    def _is_optional(self, service: ServiceNumber, person: PersonNumber, slot: SlotNumber) -> bool:
        """Whether somebody has a place of MAG of a service in a slot by an assignment of this run."""
        return (
            self.board.added[person].get(slot) == service and self.draft.worth(Half(service, slot), person) == OPTIONAL
        )

    def _pair(self, limit: int) -> None:
        """Unite the halves of a day's duty that two people have."""
        for morning, evening in self._duties():
            alone = self.draft.alone(morning) | self.draft.alone(evening)
            if alone and self.chains.effort.left > 0 and self._is_new((morning, evening), limit):
                self.chains.unite(morning, evening, limit)

    def _duties(self) -> Iterator[tuple[Half, Half]]:
        """Yield the 24-hour duties of each day, as long as more can be paired."""
        draft, most = self.draft, self.bound.in_all()
        for kind in self.bound.kinds:
            counted, paired = -1, 0
            for morning, evening in kind.days:
                if draft.value.pairs != counted:
                    counted = draft.value.pairs
                    paired = sum(draft.paired(first).bit_count() for first, _ in kind.days)
                if counted >= most or paired >= kind.most:
                    break
                yield morning, evening
