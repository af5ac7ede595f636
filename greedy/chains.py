"""Ejection chains: give a unit to someone for whom it is not free.

What stands in the way (the shift in that slot, a duty that needs it for rest, another shift of a quota that is used) is
ejected, and each ejected unit is placed again, directly or by a chain of its own. A chain counts only as a whole;
otherwise every move of it is undone. Chains are looked for with growing effort: short ones first, all of them
(iterative deepening), then long ones, in which each unit is ejected at most once (as in an augmenting path).

An open place is filled by a chain that may split a pair, and for an on-call shift one of another service may stay open.
The halves of a 24-hour duty are united by a chain that gives up nothing.

Sources: ejection chains, F. Glover, "Ejection chains, reference structures and alternating path methods for traveling
salesman problems", Discrete Applied Mathematics 65 (1996); in nurse rostering, E. K. Burke, T. Curtois, R. Qu and G.
Vanden Berghe, "A time predefined variable depth search for nurse rostering", INFORMS Journal on Computing 25 (2013);
augmenting paths, H. W. Kuhn, "The Hungarian method for the assignment problem" (1955); iterative deepening, R. E. Korf,
"Depth-first iterative-deepening" (1985).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from greedy.board import bits
from greedy.draft import Draft, Half, Unit


class Effort(NamedTuple):
    """How long a chain may be (units ejected one after the other), and how many moves its search may try.

    `once`: a unit is ejected at most once in the whole search, which makes long chains affordable.
    """

    depth: int
    moves: int
    once: bool = False


EFFORTS = (Effort(0, 0), Effort(1, 100), Effort(2, 200), Effort(12, 500, once=True))
"""What is tried for one place, one after the other."""

MOVES_TO_FILL = 2_000
"""Moves tried for all open places together; a large roster gets a move per shift."""

MOVES_TO_UNITE = 1000
"""Moves tried for all 24-hour duties together; likewise."""


class Chains:
    """Fills open places of a draft, and unites 24-hour duties, by chains."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.board = draft.board
        self._budget = 0
        self._ejected: set[Unit] = set()
        self._moves_left = 0
        self._once = False
        self._may_drop = False
        self._may_split = False

    def fill(self, *, on_call: bool) -> None:
        """Fill open places of on-call services, or of the others."""
        self._may_drop, self._may_split = on_call, True
        self._budget = max(MOVES_TO_FILL, len(self.board.shifts))
        progress = True
        while progress:
            progress = False
            for half in self.draft.open_halves(on_call=on_call):
                while self.draft.is_wanted(half) and self._attempt(partial(self._place, (half,))):
                    progress = True

    def unite(self, duties: Iterable[tuple[Half, Half]]) -> None:
        """Give both halves of 24-hour duties, a morning and an evening, to one person where two people have them."""
        self._may_drop = self._may_split = False
        self._budget = max(MOVES_TO_UNITE, len(self.board.shifts))
        for morning, evening in duties:
            mornings, evenings = self.draft.alone(morning), self.draft.alone(evening)
            any(
                self._attempt(partial(self._unite, one, morning, two, evening))
                for one in bits(mornings)
                for two in bits(evenings)
            )

    def _unite(self, one: int, morning: Half, two: int, evening: Half, depth: int) -> bool:
        """Give both halves to somebody; one that was there before the run stays, and its person takes the other."""
        draft, pairs = self.draft, self.draft.value.pairs
        new = [half.slot in self.board.added[person] for person, half in ((one, morning), (two, evening))]
        if new[0]:
            draft.release(one, (morning,))
        if new[1]:
            draft.release(two, (evening,))
        if all(new):
            done = self._place((morning, evening), depth)
        elif new[1]:
            done = self._give_to(1 << one, (evening,), depth)
        else:
            done = new[0] and self._give_to(1 << two, (morning,), depth)
        return done and draft.value.pairs > pairs

    def _attempt(self, chain: Callable[[int], bool]) -> bool:
        """Try a chain with growing effort; keep it as a whole, or leave everything as it was."""
        for depth, moves, once in EFFORTS:
            if self._budget <= 0 < moves:
                break
            self._moves_left = allotted = min(moves, self._budget)
            self._once = once
            self._ejected.clear()
            done = chain(depth)
            self._budget -= allotted - self._moves_left
            if done:
                self.draft.keep()
                return True
            self.draft.undo(0)
        return False

    def _place(self, unit: Unit, depth: int) -> bool:
        """Find someone for a unit: who is free for it, the fairest first, else by a chain."""
        board = self.board
        people = free = self.draft.could(unit)
        for service, slot in unit:
            free &= board.candidates(service, slot) & board.admitted(board.shifts[slot, service])
        if free:
            self.draft.assign(min(bits(free), key=lambda person: self._shares(person, unit)), unit)
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
            for person in bits(people & self.draft.could(unit))
            for ejected in self._in_the_way(person, unit)
        ]
        options.sort()
        return any(self._give(person, unit, ejected, depth) for *_, person, ejected in options)

    def _give(self, person: int, unit: Unit, ejected: list[Unit], depth: int) -> bool:
        """Give a unit to a person, and place again what stands in the way; or undo all of it."""
        if self._moves_left <= 0 or not self._ejected.isdisjoint(ejected):
            return False
        self._moves_left -= 1
        board, draft = self.board, self.draft
        mark = draft.mark()
        for other in ejected:
            draft.release(person, other)
        if all(board.shifts[slot, service].admits(board.team[person]) for service, slot in unit):
            draft.assign(person, unit)
            if all(self._place_again(other, depth - 1) for other in ejected):
                return True
        draft.undo(mark)
        return False

    def _place_again(self, unit: Unit, depth: int) -> bool:
        if self._place(unit, depth):
            return True
        if self._may_split and len(unit) > 1 and all(self._place((half,), depth) for half in unit):
            return True
        return self._may_drop and not any(self.board.services[service].is_system for service, _ in unit)

    def _in_the_way(self, person: int, unit: Unit) -> Iterable[frozenset[Unit]]:
        """What must be ejected so that a person, who could take a unit, can: the alternatives."""
        alternatives = [frozenset(self.draft.in_the_way(person, unit))]
        for service, _ in unit:
            if not self.board.unspent[service] >> person & 1:
                alternatives = [
                    wider for ejected in alternatives for wider in self._freeing_quota(person, service, ejected)
                ]
        return dict.fromkeys(alternatives)

    def _freeing_quota(self, person: int, service: int, ejected: frozenset[Unit]) -> Iterable[frozenset[Unit]]:
        """Eject one more shift of a service whose quota is used, unless one is ejected already."""
        if any(service == half.service for unit in ejected for half in unit):
            return [ejected]
        added = self.board.added[person]
        return [ejected | {self.draft.unit_at(person, slot)} for slot, of in added.items() if of == service]

    def _shares(self, person: int, unit: Unit) -> tuple[float, float]:
        """Order of fairness: who has the smallest share goes first."""
        return sum(self.board.share(person, service) for service, _ in unit), self.board.total_share(person)
