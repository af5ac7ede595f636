"""FASE 2, second half: what the greedy pass left open is filled, what it split is paired, and the work is shared out.

Only assignments of this run move. Four aims, none given up for a later one: (1) on-call shifts filled, (2) other shifts
filled, (3) 24-hour duties paired, (4) fairness. What it is done with:

* ejection chains (`greedy.chains`) fill an open place with someone for whom it is not free;
* transfers (`greedy.transfers`) let shifts change hands all round: they fill what chains leave, pair, and share out.

Sharing out moves much about at no loss, after which something can be filled or paired that could not before; so the
aims are pursued in turn, a few times.

Guaranteed: every step makes (on-call filled, others filled, paired, fairness) lexicographically better; nothing stays
open that someone could simply take; equal input gives an equal roster. Not guaranteed: the optimum. What is lacking of
it on rosters of many kinds, `benchmarks/` measures; it takes exchanges in which two or more shifts are in somebody's
way at once, or of which a part loses a pair that a later part wins back twice. Where the quotas prove that no more can
be paired, nothing is tried; elsewhere the search ends by its bounded effort, which is counted in what is looked at, not
in seconds, so that the result does not depend on the machine.
"""

from __future__ import annotations

from collections.abc import Iterator

from greedy.board import PER_DAY, Board, bits
from greedy.chains import Chains
from greedy.draft import Draft, Half, Value
from greedy.fairness import Fairness, measure
from greedy.sharing import Sharing
from greedy.transfers import Move, Transfers

ROUNDS = 3
"""Times that the aims are pursued in turn."""

DEPTHS = (0, 1)
"""How many units may be in the way of one move: first none, then one."""

EFFORT = 10_000
"""Moves that transfers may look at for one aim; a large roster gets one per shift."""

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
        self.effort = max(EFFORT, len(board.shifts))

    def run(self) -> Fairness:
        """Pursue the aims in turn, as long as sharing out helps the others; give the fairness before that."""
        self._complete()
        before = measure(self.board)
        for _ in range(ROUNDS):
            value = self.draft.value
            for depth in DEPTHS:
                self.sharing.share_out(depth, self.effort)
            self.sharing.exchange(self.effort)
            self._complete()
            if self.draft.value == value:
                break
        return before

    def _complete(self) -> None:
        """Aims 1 to 3: pairing can make room for a shift, which can make room for a pair, and so on."""
        self._fill()
        while self._pair() and self._fill():
            pass

    def _fill(self) -> bool:
        """Aims 1 and 2: fill open places, by chains, then by transfers; tell whether any was filled."""
        before = self.draft.value
        for on_call, need in ((True, Value(1, ANY, ANY)), (False, Value(0, 1, ANY))):
            Chains(self.draft).fill(on_call=on_call)
            transfers = Transfers(self.draft, max(DEPTHS), self.effort)
            for half in self.draft.open_halves(on_call=on_call):
                while transfers.effort > 0 and self.draft.is_wanted(half):
                    moves = sorted(transfers.from_nobody(half), key=_shortest)
                    if not any(transfers.complete(move, need) for move in moves):
                        break
        return self.draft.value != before

    def _pair(self) -> bool:
        """Aim 3: unite the halves of a day's duty that two people have; tell whether any were united."""
        before = self.draft.value
        self._pair_by_transfers(min(DEPTHS))
        Chains(self.draft).unite(self._duties())
        self._pair_by_transfers(max(DEPTHS))
        return self.draft.value != before

    def _pair_by_transfers(self, depth: int) -> None:
        transfers = Transfers(self.draft, depth, self.effort)
        progress = True
        while progress:
            progress = False
            for morning, evening in self._duties():
                if transfers.effort > 0 and self._unite(transfers, morning, evening):
                    progress = True

    def _duties(self) -> Iterator[tuple[Half, Half]]:
        """The 24-hour duties of each day, of those of which more can be paired."""
        board, draft = self.board, self.draft
        for (service, order), duty in sorted(board.duties.items()):
            if not duty.is_morning or duty.partner is None:
                continue
            other, distance = duty.partner
            people = range(len(board.people))  # nobody has more pairs than either half of them
            most = sum(min(self._limit(service, person), self._limit(other, person)) for person in people)
            slots = range(PER_DAY + order, len(board.active) - PER_DAY, PER_DAY)
            days = [(Half(service, slot), Half(other, slot + distance)) for slot in slots]
            counted, paired = -1, 0
            for morning, evening in days:
                if draft.value.pairs != counted:
                    counted = draft.value.pairs
                    paired = sum(draft.paired(of_day).bit_count() for of_day, _ in days)
                if paired >= most:
                    break
                yield morning, evening

    def _limit(self, service: int, person: int) -> int:
        """The most shifts of a service that somebody can have: the quota, or more where more was planned."""
        return max(self.board.quota[service].get(person, 0), self.board.used[service].get(person, 0))

    def _unite(self, transfers: Transfers, morning: Half, evening: Half) -> bool:
        """Unite the halves of a duty, if somebody has only one of them."""
        if not self.draft.alone(morning) | self.draft.alone(evening):
            return False
        need = Value(0, 0, 1)
        moves = [move for move in self._uniting(transfers, morning, evening) if move.value >= need]
        moves.sort(key=lambda move: (-move.value.pairs, *_shortest(move)))
        return any(transfers.complete(move, need) for move in moves)

    def _uniting(self, transfers: Transfers, morning: Half, evening: Half) -> Iterator[Move]:
        """The moves of one half to whoever has the other, or of both to a third, as far as the halves may move."""
        mornings, evenings = self._new(morning), self._new(evening)
        for half, people in ((evening, evenings), (morning, mornings)):
            for person in people:
                yield from transfers.from_person(person, (half,))
            if half.slot in self.draft.open[half.service]:
                yield from transfers.from_nobody(half)
        for one in mornings:
            for two in evenings:
                if transfers.effort > 0:
                    yield from transfers.from_two(one, morning, two, evening)

    def _new(self, half: Half) -> list[int]:
        """Who has a half without the other by an assignment of this run."""
        return [person for person in bits(self.draft.alone(half)) if half.slot in self.board.added[person]]


def _shortest(move: Move) -> tuple[object, ...]:
    return len(move.transfers), [-worth for worth in move.value], move.transfers
