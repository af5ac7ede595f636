"""FASE 2, second half: fill what the greedy pass left open, and pair what it split, by moving its own assignments.

A *unit* is what one person takes as a whole: a shift, or both halves of a 24-hour duty. A *chain* gives a unit to
someone for whom it is not free: what stands in the way (the shift in that slot, a duty that needs it for rest, another
shift of a quota that is used) is ejected, and each ejected unit is placed again, directly or by a chain of its own.
What was there before the run is never ejected. A chain counts only as a whole; otherwise every move of it is undone.

Chains are looked for with growing effort: short ones first, all of them (iterative deepening), then long ones, in which
each unit is ejected at most once (as in an augmenting path). Three aims, in this order, none given up for a later one:

1. on-call places filled: an ejected shift of another service may stay open, an ejected pair may be split;
2. other places filled: an ejected pair may be split;
3. 24-hour duties paired: nothing may be lost.

Guaranteed: every accepted chain makes (on-call filled, others filled, paired) lexicographically larger; nothing stays
open that someone could simply take; equal input gives an equal roster. Not guaranteed: the optimum. Where the quotas
prove that no more can be had, the search stops at once; elsewhere it ends by its bounded effort, which is counted in
moves, not in seconds, so that the result does not depend on the machine.

Sources: ejection chains, F. Glover, "Ejection chains, reference structures and alternating path methods for traveling
salesman problems", Discrete Applied Mathematics 65 (1996); in nurse rostering, E. K. Burke, T. Curtois, R. Qu and G.
Vanden Berghe, "A time predefined variable depth search for nurse rostering", INFORMS Journal on Computing 25 (2013);
augmenting paths, H. W. Kuhn, "The Hungarian method for the assignment problem" (1955); iterative deepening, R. E. Korf,
"Depth-first iterative-deepening" (1985).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from greedy.board import PER_DAY, Board, bits

Half = tuple[int, int]
"""A service and a slot, by their numbers."""

Unit = tuple[Half, ...]
"""One half, or a morning and an evening."""


class Effort(NamedTuple):
    """How long a chain may be (units ejected one after the other), and how many moves its search may try.

    `once`: a unit is ejected at most once in the whole search, which makes long chains affordable.
    """

    depth: int
    moves: int
    once: bool = False


EFFORTS = (Effort(0, 0), Effort(1, 100), Effort(2, 200), Effort(12, 500, once=True))
"""What is tried for one aim, one after the other."""

MOVES_PER_AIM = 2_000
"""Moves tried for one aim at a time; a large roster gets a move per shift."""

ROUNDS = 3
"""Times that the three aims are pursued in turn, as pairing can make room for a shift."""


def repair(board: Board) -> None:
    """Improve the assignments of this run on a board that the greedy pass has filled."""
    _Repair(board).run()


class _Repair:
    def __init__(self, board: Board) -> None:
        self.board = board
        self._pairs: Counter[int] = Counter(
            service
            for (person, slot), service in board.works.items()
            if service is not None and board.duty(service, slot).is_morning and board.is_paired(person, service, slot)
        )
        self._budget = 0
        self._log: list[tuple[bool, int, Half]] = []
        self._could: dict[Unit, int] = {}
        self._ejected: set[Unit] = set()
        self._moves_left = 0
        self._once = False
        self._may_drop = False
        self._may_split = False

    def run(self) -> None:
        """Pursue the three aims in turn, until pairing changes nothing any more."""
        for _ in range(ROUNDS):
            self._fill(on_call=True)
            self._fill(on_call=False)
            if not self._pair():
                return
        self._fill(on_call=True)
        self._fill(on_call=False)

    # Aims

    def _fill(self, *, on_call: bool) -> None:
        """Aims 1 and 2: fill open places."""
        board = self.board
        self._begin(may_drop=on_call, may_split=True)
        open_ = [
            (service, slot)
            for (slot, service), shift in board.shifts.items()
            if shift.open.total and board.services[service].is_system is on_call
        ]
        progress = True
        while progress and open_:
            progress = False
            for half in open_:
                while self._is_open(half) and self._attempt(partial(self._place, (half,))):
                    progress = True

    def _is_open(self, half: Half) -> bool:
        """Tell whether a place is open and someone has quota for it: chains only pass quota on."""
        service, slot = half
        board = self.board
        return board.shifts[slot, service].open.total > 0 and bool(board.unspent[service] & board.qualified[service])

    def _pair(self) -> bool:
        """Aim 3: unite the halves of a day's duty that two people have; tell whether any was united."""
        self._begin(may_drop=False, may_split=False)
        progress = False
        for (service, order), duty in sorted(self.board.duties.items()):
            if not duty.is_morning or duty.partner is None:
                continue
            other, distance = duty.partner
            quota = self.board.quota[other]  # nobody has more pairs than the smaller quota of the two halves allows
            most = sum(min(mornings, quota.get(person, 0)) for person, mornings in self.board.quota[service].items())
            for slot in range(PER_DAY + order, len(self.board.active) - PER_DAY, PER_DAY):
                if self._pairs[service] >= most:
                    break
                progress |= self._pair_day((service, slot), (other, slot + distance))
        return progress

    def _pair_day(self, morning: Half, evening: Half) -> bool:
        alone = [self._alone(half) for half in (morning, evening)]
        return any(self._attempt(partial(self._unite, a, morning, b, evening)) for a in alone[0] for b in alone[1])

    def _alone(self, half: Half) -> list[int]:
        """Who works a half of a 24-hour duty without the other."""
        board, (service, slot) = self.board, half
        return [
            person
            for person in bits(board.active[slot])
            if board.works[person, slot] == service and not board.is_paired(person, *half)
        ]

    def _unite(self, one: int, morning: Half, two: int, evening: Half, depth: int) -> bool:
        """Give both halves to somebody; a half that was planned by hand stays, and its person takes the other."""
        before = self._pairs.total()
        new = [half[1] in self.board.added[person] for person, half in ((one, morning), (two, evening))]
        if new[0]:
            self._release(one, morning)
        if new[1]:
            self._release(two, evening)
        if all(new):
            done = self._place((morning, evening), depth)
        elif new[1]:
            done = self._give_to(1 << one, (evening,), depth)
        else:
            done = new[0] and self._give_to(1 << two, (morning,), depth)
        return done and self._pairs.total() > before

    def _begin(self, *, may_drop: bool, may_split: bool) -> None:
        """Begin an aim: what it may give up, and its share of the effort."""
        self._may_drop, self._may_split = may_drop, may_split
        self._budget = max(MOVES_PER_AIM, len(self.board.shifts))

    # Chains

    def _attempt(self, chain: Callable[[int], bool]) -> bool:
        """Try a chain with growing effort; keep it as a whole, or leave everything as it was."""
        for depth, moves, once in EFFORTS:
            self._moves_left = min(moves, self._budget)
            spent = self._moves_left
            self._once = once
            self._ejected.clear()
            done = chain(depth)
            self._budget -= spent - self._moves_left
            if done:
                self._log.clear()
                return True
            self._undo(0)
        return False

    def _place(self, unit: Unit, depth: int) -> bool:
        """Find someone for a unit: who is free for it, the fairest first, else by a chain."""
        board = self.board
        people = self._who_could(unit)
        free = people
        for service, slot in unit:
            free &= board.candidates(service, slot) & board.admitted(board.shifts[slot, service])
        if free:
            person = min(bits(free), key=lambda person: self._shares(person, unit))
            self._assign(person, unit)
            return True
        if depth == 0 or unit in self._ejected:
            return False
        self._ejected.add(unit)
        try:
            return self._give_to(people, unit, depth)
        finally:
            if not self._once:
                self._ejected.discard(unit)

    def _give_to(self, people: int, unit: Unit, depth: int) -> bool:
        """Give a unit to one of some people, at the price of the fewest ejected units."""
        options = [
            (len(ejected), *self._shares(person, unit), person, sorted(ejected))
            for person in bits(people & self._who_could(unit))
            for ejected in self._in_the_way(person, unit)
        ]
        options.sort()
        return any(self._give(person, unit, ejected, depth) for *_, person, ejected in options)

    def _give(self, person: int, unit: Unit, ejected: list[Unit], depth: int) -> bool:
        """Give a unit to a person, and place again what stands in the way; or undo all of it."""
        if self._moves_left <= 0 or not self._ejected.isdisjoint(ejected):
            return False
        self._moves_left -= 1
        board = self.board
        mark = len(self._log)
        for other in ejected:
            for half in other:
                self._release(person, half)
        if all(board.shifts[slot, service].admits(board.team[person]) for service, slot in unit):
            self._assign(person, unit)
            if all(self._place_again(other, depth - 1) for other in ejected):
                return True
        self._undo(mark)
        return False

    def _place_again(self, unit: Unit, depth: int) -> bool:
        if self._place(unit, depth):
            return True
        if self._may_split and len(unit) > 1 and all(self._place((half,), depth) for half in unit):
            return True
        return self._may_drop and not any(self.board.services[service].is_system for service, _ in unit)

    def _in_the_way(self, person: int, unit: Unit) -> Iterable[frozenset[Unit]]:
        """What must be ejected so that a person, who could take a unit, can: the alternatives."""
        board, bit, added = self.board, 1 << person, self.board.added[person]
        slots = set()
        for service, slot in unit:
            if board.active[slot] & bit:
                slots.add(slot)
            if board.resting[slot] & bit:
                slots.update(board.causes(person, slot))
            for distance, _ in board.duty(service, slot).rests:
                if board.active[slot + distance] & bit:
                    slots.add(slot + distance)
        alternatives = [frozenset(self._unit_at(person, slot) for slot in slots)]
        for service, _ in unit:
            if not board.unspent[service] & bit:
                alternatives = [
                    wider for ejected in alternatives for wider in self._freeing_quota(person, service, ejected, added)
                ]
        return dict.fromkeys(alternatives)

    def _freeing_quota(
        self, person: int, service: int, ejected: frozenset[Unit], added: dict[int, int]
    ) -> Iterable[frozenset[Unit]]:
        """Eject one more shift of a service whose quota is used, unless one is ejected already."""
        if any(service == of for unit in ejected for of, _ in unit):
            return [ejected]
        return [ejected | {self._unit_at(person, slot)} for slot, of in added.items() if of == service]

    def _unit_at(self, person: int, slot: int) -> Unit:
        """The unit to which a new assignment belongs: with its other half, if that is new too."""
        added = self.board.added[person]
        service = added[slot]
        duty = self.board.duty(service, slot)
        if duty.partner is not None:
            other, distance = duty.partner
            if added.get(slot + distance) == other:
                halves = (service, slot), (other, slot + distance)
                return halves if duty.is_morning else halves[::-1]
        return ((service, slot),)

    def _who_could(self, unit: Unit) -> int:
        """Who could take a unit if all of this run's assignments were ejected."""
        people = self._could.get(unit)
        if people is None:
            people = -1
            for half in unit:
                people &= self.board.possible(*half)
            self._could[unit] = people
        return people

    def _shares(self, person: int, unit: Unit) -> tuple[float, float]:
        """Order of fairness: who has the smallest share goes first."""
        return sum(self.board.share(person, service) for service, _ in unit), self.board.total_share(person)

    # Moves that can be undone

    def _assign(self, person: int, unit: Unit) -> None:
        for half in unit:
            self._put(person, half)
            self._log.append((True, person, half))

    def _release(self, person: int, half: Half) -> None:
        self._take(person, half)
        self._log.append((False, person, half))

    def _undo(self, mark: int) -> None:
        while len(self._log) > mark:
            was_put, person, half = self._log.pop()
            (self._take if was_put else self._put)(person, half)

    def _put(self, person: int, half: Half) -> None:
        self.board.assign(person, *half)
        self._count_pair(person, half, 1)

    def _take(self, person: int, half: Half) -> None:
        self._count_pair(person, half, -1)
        self.board.release(person, half[1])

    def _count_pair(self, person: int, half: Half, pairs: int) -> None:
        """Count a pair that comes or goes with a half, by the service of its morning."""
        partner = self.board.duty(*half).partner
        if partner is not None and self.board.is_paired(person, *half):
            self._pairs[half[0] if self.board.duty(*half).is_morning else partner[0]] += pairs
