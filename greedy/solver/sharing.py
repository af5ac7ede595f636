"""Fairness as an aim of its own: shifts go from those with a large share of their quota to those with a small one.

A transfer counts as fairer when it makes this less, the first that differs deciding, for the services and people that
it concerns:

1. the spread of the shares, per service;
2. the uneven shares within a service: the sum of shifts^2 / quota;
3. the same of all work together;
4. the same of the nights and of the weekends.

Of a fixed number of shifts, the sum of shifts^2 / quota is smallest where all have the same share of their quota: it is
the sum of quota * (share - mean share)^2 but for a constant (the reason for the divisor method of A. Sainte-Laguë,
"La représentation proportionnelle et la méthode des moindres carrés", Annales scientifiques de l'ENS 27 (1910)). As it
adds up person by person, only those whom a transfer concerns need be looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import cycle

from greedy.solver.board import bits
from greedy.solver.chains import Chains, Transfer
from greedy.solver.draft import NOBODY, Draft, Half, Unit
from greedy.solver.fairness import Hours, entitled

EXACT = 9
"""Digits of shares that count: what differs less is the same."""

SAME = 10**-EXACT / 2
"""Shares that differ by no more are the same."""

WISH = 40
"""Situations that may be looked at for one wish, so that one that cannot be met leaves something for the others."""


class Sharing:
    """Shares the new shifts of a draft out more evenly, at no loss of what is filled and paired."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.board = draft.board
        self.hours = (Hours.nights(draft.board), Hours.weekends(draft.board))

    def share_out(self, effort: int, *, ejecting: bool) -> None:
        """Pass shifts on until it gets no fairer.

        What one service passes on can make room for another, so all are gone through until none changed.

        Args:
            effort: Steps that may be looked at.
            ejecting: Whether somebody may give up for a shift what is in the way.
        """
        chains = Chains(self.draft, effort, ejecting=ejecting)
        active = [number for number, service in enumerate(self.board.services) if service.active]
        people = {number: some for number in active if len(some := entitled(self.board, number)) > 1}
        unchanged = 0
        for number in cycle(people):
            if unchanged == len(people) or chains.effort <= 0:
                break
            unchanged += 1
            while chains.effort > 0 and self._even_out(chains, number, people[number]):
                unchanged = 1

    def exchange(self, effort: int) -> None:
        """Exchange nights, then weekends, for other shifts of the same service, until it gets no fairer."""
        chains = Chains(self.draft, effort)
        for hours in self.hours:
            while self._exchange(chains, hours):
                pass

    def unfairness(self, transfers: Sequence[Transfer]) -> tuple[float, ...]:
        """How unfair it is, now, for those whom transfers concern: to be compared with the same after them."""
        board = self.board
        services = sorted({transfer.half.service for transfer in transfers})
        people = sorted({person for _, *both in transfers for person in both if person != NOBODY})
        uneven = sum(
            board.used[service].get(person, 0) ** 2 / quota
            for service in services
            for person in people
            if (quota := board.quota[service].get(person, 0))
        )
        total = sum(board.total_used[person] ** 2 / board.total_quota[person] for person in people)
        at_hours = sum(
            hours.worked(person) ** 2 / hours.quota[person]
            for hours in self.hours
            for person in people
            if person in hours.quota
        )
        spread = sum(board.ladders[service].spread for service in services)
        return tuple(round(part, EXACT) for part in (spread, uneven, total, at_hours))

    def _even_out(self, chains: Chains, service: int, people: Sequence[int]) -> bool:
        """Pass one shift of a service on to someone with a smaller share; tell whether that was possible.

        Most often somebody can simply take it, which is far cheaper to see than to search for.
        """
        return any(self._pass_on(chains, service, *wish) for wish in self._wishes(service, people)) or any(
            chains.relieve((giver, service), takers, self.unfairness, WISH)
            for giver, takers in self._wishes(service, people)
        )

    def _pass_on(self, chains: Chains, service: int, giver: int, takers: set[int]) -> bool:
        """Pass a shift of a service, and the whole unit with it, on to someone who is free and has quota left."""
        board, draft = self.board, self.draft
        units = sorted({draft.unit_at(giver, slot) for slot, of in board.added[giver].items() if of == service})
        for unit in units:
            if chains.effort <= 0:
                return False
            chains.effort -= 1
            people = -1
            for half in unit:
                people &= draft.free(half) & board.unspent[half.service]
            for taker in bits(people):
                if taker in takers and chains.exchange(giver, unit, taker, (), self.unfairness):
                    return True
        return False

    def _wishes(self, service: int, people: Sequence[int]) -> Iterator[tuple[int, set[int]]]:
        """Who should give one shift of a service, and to whom: the largest share first, then for the smallest."""
        board = self.board
        used, quota = board.used[service], board.quota[service]
        giving = [person for person in people if service in board.added[person].values()]
        share = {person: board.share(person, service) for person in people}
        more = {person: (used.get(person, 0) + 1) / quota[person] for person in people}
        less = {person: (used[person] - 1) / quota[person] for person in giving}
        rising = sorted(people, key=more.__getitem__)
        shares = [more[person] for person in rising]
        for person in sorted(giving, key=lambda person: (-share[person], person)):
            if takers := rising[: bisect_left(shares, share[person] - SAME)]:
                yield person, set(takers)
        smallest, largest = board.ladders[service].ends
        poorest = {person for person in people if share[person] == smallest and more[person] <= largest}
        for person in sorted(giving, key=lambda person: (-less[person], person)):
            if poorest and less[person] > smallest + SAME:
                yield person, poorest

    def _exchange(self, chains: Chains, hours: Hours) -> bool:
        """Exchange a unit at these hours for one at others, from a large share to a small one; tell whether any was.

        Both are of the same services, so that nothing else is shared out differently.
        """
        shares = hours.shares()
        givers = sorted(shares, key=lambda person: (-shares[person], person))
        takers = sorted(shares, key=lambda person: (shares[person], person))
        for giver in givers:
            for taker in takers:
                if chains.effort <= 0:
                    return False
                if shares[taker] >= shares[giver]:
                    break
                if not hours.fairer(giver, taker, 1):
                    continue
                units, others = self._units(giver), self._units(taker)
                chains.effort -= len(units) + len(others)
                for unit, other in self._exchangeable(hours, giver, units, taker, others):
                    chains.effort -= 1
                    if chains.exchange(giver, unit, taker, other, self.unfairness):
                        return True
        return False

    def _exchangeable(
        self, hours: Hours, giver: int, units: Sequence[Unit], taker: int, others: Sequence[Unit]
    ) -> Iterator[tuple[Unit, Unit]]:
        """The units that two people could exchange so that these hours are shared out more evenly."""
        draft = self.draft
        by_service: dict[tuple[int, ...], list[Unit]] = {}
        for other in others:
            if all(draft.free(half) >> giver & 1 and self._replaces(half, taker, giver) for half in other):
                by_service.setdefault(tuple(half.service for half in other), []).append(other)
        for unit in units:
            same = by_service.get(tuple(half.service for half in unit), ())
            if (
                same
                and hours.count(unit)
                and all(draft.free(half) >> taker & 1 and self._replaces(half, giver, taker) for half in unit)
            ):
                for other in same:
                    moved = hours.count(unit) - hours.count(other)
                    if moved > 0 and hours.fairer(giver, taker, moved):
                        yield unit, other

    def _replaces(self, half: Half, one: int, two: int) -> bool:
        """Tell whether a shift admits somebody in the place of somebody else."""
        teams, shift = self.board.team, self.board.shifts[half.slot, half.service]
        if teams[one] is teams[two]:
            return True
        shift.remove(teams[one])
        admits = shift.admits(teams[two])
        shift.add(teams[one])
        return admits

    def _units(self, person: int) -> list[Unit]:
        return sorted({self.draft.unit_at(person, slot) for slot in self.board.added[person]})
