"""Fairness as an aim of its own: shifts go from people with a large share of their quota to people with a small one.

Some transfers are fairer when they make this less, for the services and people that they concern; the first that
differs decides:

1. the spread of the shares, per service;
2. the uneven shares within a service: the sum of shifts^2 / quota;
3. the same of all work together;
4. the same of the nights and of the weekends.

Of a fixed number of shifts, the sum of shifts^2 / quota is smallest where all have the same share of their quota: it is
the sum of quota * (share - mean share)^2 but for a constant (the reason for the divisor method of A. Sainte-Laguë,
"La représentation proportionnelle et la méthode des moindres carrés", Annales scientifiques de l'ENS 27 (1910)). The
sum adds up person by person, so only those whom a transfer concerns need be looked at.

Shares themselves are compared exactly: each is one quotient of two whole numbers, which IEEE 754 rounds correctly, so
equal shares are equal floats.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import cycle

from greedy.solver.chains import Chains
from greedy.solver.draft import NOBODY, Draft
from greedy.solver.fairness import EXACT, Hours, entitled
from greedy.solver.halves import Half, Unit
from greedy.solver.numbering import EVERYBODY, PersonNumber, ServiceNumber, bits
from greedy.solver.parameters import DEFAULT, Parameters
from greedy.solver.steps import Transfer


class Sharing:
    """Shares the new shifts of a draft out more evenly, at no loss of what is filled and paired."""

    def __init__(self, draft: Draft, parameters: Parameters = DEFAULT) -> None:
        self.draft = draft
        self.parameters = parameters
        self.board = draft.board
        self.hours = (Hours.nights(draft.board), Hours.weekends(draft.board))

    def share_out(self, effort: int, *, ejecting: bool) -> None:
        """Pass shifts on until it gets no fairer.

        A shift that one service passes on can make room for one of another service, so the services take turns until
        none has changed.

        Args:
            effort: Steps that may be looked at.
            ejecting: Whether somebody may give up what is in the way of a shift.
        """
        chains = Chains(self.draft, effort, self.parameters, ejecting=ejecting)
        numbers = self.board.service_number
        active = [numbers[service.id] for service in self.board.services if service.active]
        people = {number: some for number in active if len(some := entitled(self.board, number)) > 1}
        unchanged = 0
        for number in cycle(people):
            if unchanged == len(people) or chains.effort.left <= 0:
                break
            unchanged += 1
            while chains.effort.left > 0 and self._even_out(chains, number, people[number]):
                unchanged = 1

    def exchange(self, effort: int) -> None:
        """Exchange nights, then weekends, for other shifts of the same service, until it gets no fairer."""
        chains = Chains(self.draft, effort, self.parameters)
        for hours in self.hours:
            while self._exchange(chains, hours):
                pass

    def unfairness(self, transfers: Sequence[Transfer]) -> tuple[float, ...]:
        """Return how unfair it is, now, for those whom some transfers concern, to compare before and after them."""
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

    def _even_out(self, chains: Chains, service: ServiceNumber, people: Sequence[PersonNumber]) -> bool:
        """Pass one shift of a service on to someone with a smaller share; return whether that was possible.

        Most often somebody can simply take it, which is far cheaper to check than to search for.
        """
        return any(self._pass_on(chains, service, *wish) for wish in self._wishes(service, people)) or any(
            chains.relieve((giver, service), takers, self.unfairness, self.parameters.wish_limit)
            for giver, takers in self._wishes(service, people)
        )

    def _pass_on(self, chains: Chains, service: ServiceNumber, giver: PersonNumber, takers: set[PersonNumber]) -> bool:
        """Pass a shift of a service, and the whole unit with it, on to someone who is free and has quota left."""
        board, draft = self.board, self.draft
        units = sorted({draft.unit_at(giver, slot) for slot, worked in board.added[giver].items() if worked == service})
        for unit in units:
            if chains.effort.left <= 0:
                return False
            chains.effort.spend(1)
            people = EVERYBODY
            for half in unit:
                people &= draft.free(half) & board.unspent[half.service]
            for taker in bits(people):
                if taker in takers and chains.exchange(giver, unit, taker, (), self.unfairness):
                    return True
        return False

    def _wishes(
        self, service: ServiceNumber, people: Sequence[PersonNumber]
    ) -> Iterator[tuple[PersonNumber, set[PersonNumber]]]:
        """Yield who should give one shift of a service, and to whom.

        First givers with the largest share, to all who end below it; then takers with the smallest share of all, from
        those whom it hurts least.
        """
        board = self.board
        used, quota = board.used[service], board.quota[service]
        giving = [person for person in people if service in board.added[person].values()]
        share = {person: board.share(person, service) for person in people}
        more = {person: (used.get(person, 0) + 1) / quota[person] for person in people}
        less = {person: (used[person] - 1) / quota[person] for person in giving}
        rising = sorted(people, key=more.__getitem__)
        shares = [more[person] for person in rising]
        for person in sorted(giving, key=lambda person: (-share[person], person)):
            if takers := rising[: bisect_left(shares, share[person])]:
                yield person, set(takers)
        smallest, largest = board.ladders[service].ends
        poorest = {person for person in people if share[person] == smallest and more[person] <= largest}
        for person in sorted(giving, key=lambda person: (-less[person], person)):
            if poorest and less[person] > smallest:
                yield person, poorest

    def _exchange(self, chains: Chains, hours: Hours) -> bool:
        """Exchange a unit at these hours for one at others, from a large share to a small one.

        Both are of the same services, so that nothing else is shared out differently.

        Returns:
            Whether any was exchanged.
        """
        shares = hours.shares()
        givers = sorted(shares, key=lambda person: (-shares[person], person))
        takers = sorted(shares, key=lambda person: (shares[person], person))
        for giver in givers:
            for taker in takers:
                if chains.effort.left <= 0:
                    return False
                if shares[taker] >= shares[giver]:
                    break
                if not hours.fairer(giver, taker, 1):
                    continue
                units, others = self._units(giver), self._units(taker)
                chains.effort.spend(len(units) + len(others))
                for unit, other in self._exchangeable(hours, giver, units, taker, others):
                    chains.effort.spend(1)
                    if chains.exchange(giver, unit, taker, other, self.unfairness):
                        return True
        return False

    def _exchangeable(
        self, hours: Hours, giver: PersonNumber, units: Sequence[Unit], taker: PersonNumber, others: Sequence[Unit]
    ) -> Iterator[tuple[Unit, Unit]]:
        """Yield the units that two people could exchange so that these hours are shared out more evenly."""
        draft = self.draft
        by_service: dict[tuple[ServiceNumber, ...], list[Unit]] = {}
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

    def _replaces(self, half: Half, one: PersonNumber, two: PersonNumber) -> bool:
        """Whether a shift admits `two` in the place of `one`."""
        teams, shift = self.board.team, self.board.shifts[half.slot, half.service]
        if teams[one] is teams[two]:
            return True
        shift.remove(teams[one])
        admits = shift.admits(teams[two])
        shift.add(teams[one])
        return admits

    def _units(self, person: PersonNumber) -> list[Unit]:
        return sorted({self.draft.unit_at(person, slot) for slot in self.board.added[person]})
