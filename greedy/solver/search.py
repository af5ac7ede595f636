"""The search for one ejection chain: best first, every situation looked at once.

Partial chains with the fewest unsettled things come first, then the shortest. How a chain may go on depends only on
what is unsettled, so each such *situation* is looked at once, reached in the best way: the cost grows with the number
of situations, not with the number of chains.

Partial chains whose gain is below the required gain are pruned. This is safe for cycles: every improving cycle has a
starting point from which all prefixes improve (Lin-Kernighan). Improvements can still be missed, because of the bounds
in `Parameters`, and because chains with the same unsettled items are treated as equal. What one search has looked at
says nothing to another, which may come there with other shifts in hand.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from heapq import heappop, heappush
from itertools import count

from greedy.solver.claims import Claim, Ledger, Loose, Postings, postings
from greedy.solver.draft import NOBODY, ONE_PAIR, Value
from greedy.solver.halves import Half, Unit
from greedy.solver.knowledge import Knowledge
from greedy.solver.numbering import NO_ONE, PersonNumber, ServiceNumber, bits
from greedy.solver.parameters import Parameters
from greedy.solver.steps import SETTLED, Chain, Situation, Step, Transfer

_Entry = tuple[tuple[int, ...], int, Step | Chain]
"""An entry of the queue: its rank, a number that breaks ties, and the chain, made or not yet."""

Takers = tuple[ServiceNumber, Container[PersonNumber]]
"""A service, and the only people who may have more shifts of it."""


class Search:
    """One search for chains on a draft.

    Attributes:
        need: What the draft must gain, at least.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        parameters: Parameters,
        need: Value,
        limit: int,
        takers: Takers | None = None,
        leave: Container[Unit] | None = None,
        *,
        every: bool = False,
    ) -> None:
        """Prepare a search.

        Args:
            knowledge: What is known of the draft.
            parameters: The bounds of chains.
            need: What the draft must gain, at least.
            limit: Situations that may be looked at.
            takers: Who alone may have more shifts of a service; None where the quotas decide.
            leave: What alone may stay open, while nothing else is filled in its place; None where the value decides.
            every: Whether all chains are yielded, and not one only of those that leave everybody with as many shifts.
        """
        knowledge.refresh()
        self.need = need
        self._every = every
        self._knowledge = knowledge
        self._draft, self._board = knowledge.draft, knowledge.draft.board
        self._parameters = parameters
        self._limit = limit
        self._takers = takers
        self._leave = leave
        self._seen: dict[Situation, Value] = {}
        self._room: dict[Ledger, int] = {} if takers else knowledge.quota_left

    # How chains begin

    def taking(self, unit: Unit, givers: tuple[PersonNumber, ...]) -> Chain:
        """Return a chain that begins by taking a unit from those who have its halves, to be placed."""
        value = Value(pairs=len(unit) - 1)
        balance: dict[Ledger, int] = {}
        given: dict[PersonNumber, Unit] = {}
        for half, giver in zip(unit, givers, strict=True):
            if giver == NOBODY:
                value += self._draft.worth(half)
            else:
                balance[giver, half.service] = -1
                given[giver] = (half,)
        loose = (self._knowledge.number(Loose(unit, givers)),)
        return Chain(value, loose, (), balance, given, {}, 1)

    def uniting(self, morning: Half, evening: Half) -> Iterator[Chain | Step]:
        """Yield chains that begin by uniting two halves: one goes to who has the other, or both go to a third."""
        mornings, evenings = (bits(self._draft.alone(half)) for half in (morning, evening))
        has_morning, has_evening = set(mornings), set(evenings)
        gives_morning, gives_evening = self._givers(morning, has_morning), self._givers(evening, has_evening)
        for half, givers, takers in ((evening, gives_evening, has_morning), (morning, gives_morning, has_evening)):
            for giver in givers:
                chain = self.taking((half,), (giver,))
                for claim in self._knowledge.claims_on(chain.loose[0]):
                    if claim.person in takers and (after := self._give(chain, (half,), (), claim)):
                        yield after
        for one in gives_morning:
            for two in gives_evening:
                if (one, two) != (NOBODY, NOBODY):
                    yield self.taking((morning, evening), (one, two))

    def returning(self, unit: Unit, givers: tuple[PersonNumber, ...], taker: PersonNumber) -> Iterator[Step]:
        """Yield chains that begin by giving a unit to one person."""
        chain = self.taking(unit, givers)
        for claim in self._knowledge.claims_on(chain.loose[0]):
            if claim.person == taker and (step := self._give(chain, unit, (), claim)):
                yield step

    def _givers(self, half: Half, people: Iterable[PersonNumber]) -> list[PersonNumber]:
        """Return those of some people who have a half by an assignment of this run, and NOBODY if it is open."""
        givers = [person for person in sorted(people) if half.slot in self._board.added[person]]
        return [*givers, NOBODY] if half.slot in self._draft.open[half.service] else givers

    # The search itself

    def run(self, starts: Iterable[Chain | Step]) -> Iterator[list[Transfer]]:
        """Yield the transfers of the chains that leave nothing unsettled."""
        queue: list[_Entry] = [((1,), number, start) for number, start in enumerate(starts)]
        tie = count(len(queue))
        seen, effort, limit = self._seen, self._knowledge.effort, self._limit
        ends: set[frozenset[tuple[Ledger, int]]] = set()
        while queue and limit > 0 and effort.left > 0:
            *_, entry = heappop(queue)
            situation = entry.loose, entry.overdrawn
            if situation in seen and seen[situation] >= entry.value:
                continue
            chain = entry.made() if isinstance(entry, Step) else entry
            if situation == SETTLED:
                end = frozenset(posting for posting in chain.balance.items() if posting[1])
                if self._every or end not in ends:
                    ends.add(end)
                    yield chain.transfers
                continue
            seen[situation] = chain.value
            limit -= 1
            for step in self._next(chain):
                if step:
                    heappush(queue, (_rank(step), next(tie), step))

    def _next(self, chain: Chain) -> Iterator[Step | None]:
        """Yield the ways to settle one thing more; None for one that is not worth going on with."""
        if not chain.loose:
            return self._released(chain, *chain.overdrawn[0])
        claims_on = self._knowledge.claims_on
        number = min(chain.loose, key=lambda number: (len(claims_on(number)), number))  # the hardest first
        return self._placed(chain, number, tuple(other for other in chain.loose if other != number))

    def _placed(self, chain: Chain, number: int, others: tuple[int, ...]) -> Iterator[Step | None]:
        """Yield the ways to settle a loose unit."""
        knowledge, draft = self._knowledge, self._draft
        unit, givers = knowledge.loose[number]
        for claim in knowledge.claims_on(number):
            yield self._give(chain, unit, others, claim)
        worths = [draft.worth(half, giver) for half, giver in zip(unit, givers, strict=True)]
        if len(unit) > 1:
            chain_value = chain.value - ONE_PAIR
            halves = tuple(knowledge.number(Loose((half,), (giver,))) for half, giver in zip(unit, givers, strict=True))
            yield self._after(chain, chain_value, halves + others)
            if self._leave is None or unit in self._leave:
                yield self._after(chain, chain_value - worths[0] - worths[1], others)
            return
        if self._leave is None or unit in self._leave:
            yield self._after(chain, chain.value - worths[0], others)
        if givers[0] != NOBODY:
            for place in knowledge.open_places(worths[0]):
                half = knowledge.loose[place].unit[0]
                if place not in others and all(half not in taken for taken in chain.taken.values()):
                    yield self._after(chain, chain.value, (place, *others))

    def _released(self, chain: Chain, person: PersonNumber, service: ServiceNumber) -> Iterator[Step | None]:
        """Yield the ways to settle an overdrawn ledger."""
        given = chain.given.get(person, ())
        for unit in self._knowledge.claims.held(person, service):
            if not any(half in given for half in unit):
                value = chain.value - ONE_PAIR if self._completes(chain, person, unit) else chain.value
                loose = (self._knowledge.number(Loose(unit, (person,) * len(unit))), *chain.loose)
                yield self._after(chain, value, loose, postings(person, (), (unit,)), person, unit)

    def _give(self, chain: Chain, unit: Unit, others: tuple[int, ...], claim: Claim) -> Step | None:
        """Return the step by which somebody takes a unit, after what they have given and taken; None if impossible."""
        person, ejected, more, gained = claim
        given, taken = chain.given.get(person, ()), chain.taken.get(person, ())
        if given or taken:
            if any(self._clash(one, two) for one in taken for two in unit):
                return None
            if given:
                left = (tuple(half for half in other if half not in given) for other in ejected)
                ejected = tuple(filter(None, left))
                more = postings(person, unit, ejected)
            broken = sum(self._completes(chain, person, other) for other in ejected)
            gained = Value(pairs=self._completes(chain, person, unit) - broken)
        value = chain.value + gained if gained.pairs else chain.value
        loose = tuple(self._knowledge.number(Loose(other, (person,) * len(other))) for other in ejected)
        gives = tuple(half for other in ejected for half in other)
        return self._after(chain, value, others + loose, more, person, gives, unit)

    def _after(
        self,
        chain: Chain,
        value: Value,
        loose: tuple[int, ...],
        more: Postings = (),
        person: PersonNumber = NOBODY,
        given: Unit = (),
        taken: Unit = (),
    ) -> Step | None:
        """Return one more step; None when too little is gained, too much unsettled, or the situation seen already."""
        self._knowledge.effort.spend(1)
        if value < self.need or len(loose) > self._parameters.loose:
            return None
        if len(loose) > 1:
            loose = tuple(sorted(loose))
        overdrawn = chain.overdrawn
        for ledger, shifts in more:
            now = chain.balance.get(ledger, 0) + shifts
            if now > 0 and now > self._room_in(ledger):
                if ledger not in overdrawn:
                    overdrawn = tuple(sorted((*overdrawn, ledger)))
            elif ledger in overdrawn:
                overdrawn = tuple(other for other in overdrawn if other != ledger)
        if overdrawn and len(loose) + len({one for one, _ in overdrawn}) > self._parameters.unsettled:
            return None
        seen = self._seen.get((loose, overdrawn))
        if seen is not None and seen >= value:
            return None
        return Step(chain, value, loose, overdrawn, more, person, given, taken)

    def _room_in(self, ledger: Ledger) -> int:
        """Return how many shifts more a ledger may have than in the draft."""
        room = self._room.get(ledger)
        if room is None:
            person, service = ledger
            room = self._board.quota[service].get(person, 0) - self._board.used[service].get(person, 0)
            if self._takers and service == self._takers[0] and person not in self._takers[1]:
                room = min(room, 0)
            self._room[ledger] = room
        return room

    def _completes(self, chain: Chain, person: PersonNumber, unit: Unit) -> bool:
        """Whether a unit is one half, and the person has the other after the steps so far."""
        if len(unit) > 1 or (partner := self._board.duty(*unit[0]).partner) is None:
            return False
        other = Half(partner[0], unit[0].slot + partner[1])
        if self._draft.works.get(other, NO_ONE) >> person & 1:
            return other not in chain.given.get(person, ())
        return other in chain.taken.get(person, ())

    def _clash(self, half: Half, other: Half) -> bool:
        """Whether nobody can have both halves: they are in one slot, or one is in the rest of the other."""
        distance = other.slot - half.slot
        return (
            not distance
            or any(distance == rest for rest, _ in self._board.duty(*half).rests)
            or any(-distance == rest for rest, _ in self._board.duty(*other).rests)
        )


def _rank(step: Step) -> tuple[int, ...]:
    """Return a step's place in the order of the search, the most promising lowest."""
    on_call, firm, optional, pairs = step.value
    ledgers = len(step.overdrawn)
    people = ledgers if ledgers < 2 else len({person for person, _ in step.overdrawn})
    uniting = not (on_call or firm or optional)
    chosen = ledgers if uniting else 0
    return len(step.loose) + people, chosen, step.chain.steps, -on_call, -firm, -optional, -pairs
