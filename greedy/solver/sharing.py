"""Fairness as an aim of its own: shifts go from people with a large share of their quota to people with a small one.

Transfers are fairer when they decrease the following, over the services and people concerned; the first item that
differs decides:

1. the spread of the shares, per service;
2. how uneven the shares within each service are: the sum of shifts^2 / quota;
3. the same of all work together;
4. the same of the holidays, those in earlier rosters included;
5. the same of the weekends and of the nights, likewise.

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
from greedy.solver.exchanging import Exchanging
from greedy.solver.fairness import entitled
from greedy.solver.halves import Unit
from greedy.solver.hours import EXACT, Holidays, Hours, Nights, Weekends
from greedy.solver.numbering import EVERYBODY, PersonNumber, ServiceNumber, bits
from greedy.solver.parameters import DEFAULT, Parameters
from greedy.solver.steps import Transfer


class Sharing:
    """Shares the new shifts of a draft out more evenly, without losing a filled place or a pair."""

    def __init__(self, draft: Draft, parameters: Parameters = DEFAULT) -> None:
        self.draft = draft
        self.parameters = parameters
        self.board = draft.board
        self.hours: tuple[Hours, ...] = (Holidays(draft.board), Weekends(draft.board), Nights(draft.board))

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
        """Even out holidays, weekends and nights: exchange shifts of the same services, until it gets no fairer."""
        for hours in self.hours:
            Exchanging(self.draft, hours, self.unfairness, self.parameters).even_out(effort)

    def unfairness(self, transfers: Sequence[Transfer]) -> tuple[float, ...]:
        """Return how unfair the draft is to the people in some transfers, to compare before and after them."""
        board = self.board
        services = sorted({transfer.half.service for transfer in transfers})
        people = sorted({person for _, *both in transfers for person in both if person != NOBODY})
        total = sum(
            board.total_used[person] ** 2 / board.total_quota[person] for person in people if board.total_quota[person]
        )
        holidays, weekends, nights = (
            sum(hours.square(person, hours.worked(person)) for person in people if person in hours.quota)
            for hours in self.hours
        )
        rest = (total, holidays, weekends + nights)
        return *self._unfair_shares(services, people), *(round(part, EXACT) for part in rest)

    def _unfair_shares(self, services: Sequence[ServiceNumber], people: Sequence[PersonNumber]) -> tuple[float, ...]:
        """Return the spread of the shares of some services, and how uneven these people's shares are."""
        board = self.board
        uneven = sum(
            board.used[service].get(person, 0) ** 2 / quota
            for service in services
            for person in people
            if (quota := board.quota[service].get(person, 0))
        )
        spread = sum(board.ladders[service].spread for service in services)
        return round(spread, EXACT), round(uneven, EXACT)

    def _even_out(self, chains: Chains, service: ServiceNumber, people: Sequence[PersonNumber]) -> bool:
        """Pass one shift of a service on to someone with a smaller share; return whether that was possible.

        Most often somebody can simply take it, which is far cheaper to check than a chain is to find.
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
                if (
                    taker in takers
                    and not self._worsens(unit, giver, taker)
                    and chains.exchange(giver, unit, taker, (), self.unfairness)
                ):
                    return True
        return False

    def _worsens(self, unit: Unit, giver: PersonNumber, taker: PersonNumber) -> bool:
        """Whether the shares of its services get less even when a 24-hour duty goes to somebody else.

        Nothing that comes before them can be gained by that: as many places are filled, and as many duties paired. The
        quotas alone tell so, far sooner than a try: nearly every 24-hour duty of a large roster is out for that.
        """
        if len(unit) == 1:
            return False
        services, people = sorted({half.service for half in unit}), (giver, taker)
        before = self._unfair_shares(services, people)
        self._count(unit, giver, taker)
        after = self._unfair_shares(services, people)
        self._count(unit, taker, giver)
        return after > before

    def _count(self, unit: Unit, giver: PersonNumber, taker: PersonNumber) -> None:
        for half in unit:
            self.board.use_quota(giver, half.service, -1)
            self.board.use_quota(taker, half.service, 1)

    def _wishes(
        self, service: ServiceNumber, people: Sequence[PersonNumber]
    ) -> Iterator[tuple[PersonNumber, set[PersonNumber]]]:
        """Yield who should give one shift of a service, and to whom.

        First givers with the largest share, to everybody who would still be below that share; then takers with the
        smallest share of all, from those who can best spare it.
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
