"""The search for one ejection chain: best first, every situation looked at once.

Partial chains with the fewest unsettled things come first, then the shortest. How a chain may go on depends only on
what is unsettled, so each such *situation* is expanded once, from the best way of reaching it: the cost grows with the
number of situations, not with the number of chains. Only whether somebody can take the last loose unit as things are is
asked on every way to a situation: who gave something at the beginning of this way can take it back at its end.

Partial chains whose gain is below the required gain are pruned. This is safe for cycles: every improving cycle has a
starting point from which all prefixes improve (Lin-Kernighan). Improvements can still be missed, because of the bounds
in `Parameters`, and because chains with the same unsettled items are treated as equal. What one search has looked at
tells another nothing, since that may arrive there with other shifts in hand.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from heapq import heappop, heappush
from itertools import count

from greedy.solver.claims import Claim, Ledger, Loose, Postings, postings
from greedy.solver.draft import LEAST_PLACE_SCORE, NOBODY, PAIR_SCORE, Value
from greedy.solver.halves import Half, Unit
from greedy.solver.knowledge import Knowledge
from greedy.solver.numbering import NO_ONE, PersonNumber, ServiceNumber, bits, mask_of
from greedy.solver.outlook import Outlook
from greedy.solver.parameters import Parameters
from greedy.solver.steps import SETTLED, Chain, Situation, Step, Transfer

_Entry = tuple[int, int, int, Step | Chain]
"""An entry of the queue: its rank, its score negated, a number that breaks ties, and the chain, made or not yet."""

_MOST_STEPS = 1 << 10
"""More steps than any chain has."""

_MOST_LEDGERS = 1 << 6
"""More ledgers than any chain overdraws at a time."""

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
        outlook: Outlook | None = None,
    ) -> None:
        """Prepare a search.

        Args:
            knowledge: What is known of the draft.
            parameters: The bounds of chains.
            need: What the draft must gain, at least.
            limit: Situations that may be looked at.
            takers: Who alone may have more shifts of a service; None where the quotas decide.
            leave: What alone may stay open, while nothing else is filled in its place; None where the value decides.
            outlook: What each unsettled thing would take, so that the cheapest are settled first; None where the
                fewest are, whatever they take.
            every: Whether all chains are yielded; otherwise only one of those that change the ledgers alike.
        """
        knowledge.refresh()
        self.need = need
        self._score_needed = need.score
        self._every = every
        self._outlook = outlook
        self._knowledge = knowledge
        self._draft, self._board = knowledge.draft, knowledge.draft.board
        self._parameters = parameters
        self._limit = limit
        self._takers = takers
        self._leave = leave
        self._seen: dict[Situation, int] = {}
        self._queue: list[_Entry] = []
        self._tie = count()
        self._room: dict[Ledger, int] = {} if takers else knowledge.quota_left

    # How chains begin

    def taking(self, unit: Unit, givers: tuple[PersonNumber, ...]) -> Chain:
        """Return a chain that begins by taking a unit from those who have its halves, to be placed."""
        score = PAIR_SCORE * (len(unit) - 1)
        balance: dict[Ledger, int] = {}
        given: dict[PersonNumber, Unit] = {}
        for half, giver in zip(unit, givers, strict=True):
            if giver == NOBODY:
                score += self._draft.worth(half).score
            else:
                balance[giver, half.service] = -1
                given[giver] = (half,)
        loose = (self._knowledge.number(Loose(unit, givers)),)
        return Chain(score, loose, (), balance, given, {}, mask_of(given), 1)

    def uniting(self, morning: Half, evening: Half) -> Iterator[Chain]:
        """Note chains that unite two halves with whoever has one; yield those that give both to a third person."""
        mornings, evenings = (bits(self._draft.alone(half)) for half in (morning, evening))
        has_morning, has_evening = set(mornings), set(evenings)
        gives_morning, gives_evening = self._givers(morning, has_morning), self._givers(evening, has_evening)
        for half, givers, takers in ((evening, gives_evening, has_morning), (morning, gives_morning, has_evening)):
            for giver in givers:
                chain = self.taking((half,), (giver,))
                for claim in self._knowledge.claims_on(chain.loose[0]):
                    if claim.person in takers:
                        self._give(chain, (half,), (), claim)
        for one in gives_morning:
            for two in gives_evening:
                if (one, two) != (NOBODY, NOBODY):
                    yield self.taking((morning, evening), (one, two))

    @property
    def begun(self) -> Iterator[Step | Chain]:
        """The chains that are noted so far."""
        return (entry for *_, entry in self._queue)

    def returning(self, unit: Unit, givers: tuple[PersonNumber, ...], taker: PersonNumber) -> None:
        """Note chains that begin by giving a unit to one person."""
        chain = self.taking(unit, givers)
        for claim in self._knowledge.claims_on(chain.loose[0]):
            if claim.person == taker:
                self._give(chain, unit, (), claim)

    def _givers(self, half: Half, people: Iterable[PersonNumber]) -> list[PersonNumber]:
        """Return those of some people who have a half by an assignment of this run, and NOBODY if it is open."""
        givers = [person for person in sorted(people) if half.slot in self._board.added[person]]
        return [*givers, NOBODY] if half.slot in self._draft.open[half.service] else givers

    # The search itself

    def run(self, starts: Iterable[Chain]) -> Iterator[list[Transfer]]:
        """Yield the transfers of the chains that leave nothing unsettled."""
        seen, effort, queue = self._seen, self._knowledge.effort, self._queue
        for start in starts:
            heappush(queue, (_MOST_STEPS, 0, next(self._tie), start))
        ends: set[object] = set()
        while queue and self._limit > 0 and effort.left > 0:
            *_, entry = heappop(queue)
            situation = entry.loose, entry.overdrawn
            if situation == SETTLED:
                chain = entry.made() if isinstance(entry, Step) else entry
                end = self._end(chain)
                if end not in ends:
                    ends.add(end)
                    yield chain.transfers
                continue
            if situation in seen and seen[situation] >= entry.score:
                continue
            chain = entry.made() if isinstance(entry, Step) else entry
            seen[situation] = chain.score
            self._limit -= 1
            if chain.loose:
                self._place(chain)
            else:
                self._release(chain, *chain.overdrawn[0])

    def _end(self, chain: Chain) -> object:
        """Return what makes two finished chains the same: for sharing, equal ledgers; else, equal moves."""
        if self._takers and not self._every:
            return frozenset(posting for posting in chain.balance.items() if posting[1])
        return frozenset(chain.transfers)

    def _place(self, chain: Chain) -> None:
        """Note the ways to settle a loose unit, the hardest one."""
        knowledge, draft = self._knowledge, self._draft
        number, others = chain.loose[0], chain.loose[1:]
        if others:
            number = min(chain.loose, key=lambda number: (len(knowledge.claims_on(number)), number))
            others = tuple(other for other in chain.loose if other != number)
        unit, givers = knowledge.loose[number]
        claims = knowledge.claims_on(number)
        for claim in claims:
            self._give(chain, unit, others, claim)
        worths = [draft.worth(half, giver) for half, giver in zip(unit, givers, strict=True)]
        lost = sum(worth.score for worth in worths)
        if len(unit) > 1:
            score = chain.score - PAIR_SCORE
            halves = tuple(knowledge.number(Loose((half,), (giver,))) for half, giver in zip(unit, givers, strict=True))
            self._note(chain, score, halves + others)
            if self._leave is None or unit in self._leave:
                self._note(chain, score - lost, others)
            return
        if self._leave is None or unit in self._leave:
            self._note(chain, chain.score - lost, others)
        if givers[0] != NOBODY:
            for place in knowledge.open_places(worths[0]):
                if place not in others and knowledge.able(place) & chain.touched:
                    half = knowledge.loose[place].unit[0]
                    if all(half not in taken for taken in chain.taken.values()):
                        self._note(chain, chain.score, (place, *others))

    def _release(self, chain: Chain, person: PersonNumber, service: ServiceNumber) -> None:
        """Note the ways to settle an overdrawn ledger."""
        given = chain.given.get(person, ())
        units = self._knowledge.claims.held(person, service)
        for unit in units:
            if not any(half in given for half in unit):
                score = chain.score - PAIR_SCORE if self._completes(chain, person, unit) else chain.score
                loose = (self._knowledge.number(Loose(unit, (person,) * len(unit))), *chain.loose)
                self._note(chain, score, loose, postings(person, (), (unit,)), person, unit)

    def _give(self, chain: Chain, unit: Unit, others: tuple[int, ...], claim: Claim) -> None:
        """Note the step by which somebody takes a unit, after what they have given and taken, if it is possible."""
        person, ejected, loose, gives, more, overdrawn, gained = claim
        if not chain.touched >> person & 1:
            self._note(chain, chain.score + gained * PAIR_SCORE, others + loose, more, person, gives, unit, overdrawn)
            return
        given, taken = chain.given.get(person, ()), chain.taken.get(person, ())
        if taken and any(self._clash(one, two) for one in taken for two in unit):
            return
        if given and ejected:
            left = (tuple(half for half in other if half not in given) for other in ejected)
            ejected = tuple(filter(None, left))
            gives = tuple(half for other in ejected for half in other)
            more = postings(person, unit, ejected)
            loose = tuple(self._knowledge.number(Loose(other, (person,) * len(other))) for other in ejected)
        broken = sum(self._completes(chain, person, other) for other in ejected)
        gained = self._completes(chain, person, unit) - broken
        self._note(chain, chain.score + gained * PAIR_SCORE, others + loose, more, person, gives, unit)

    def _note(
        self,
        chain: Chain,
        score: int,
        loose: tuple[int, ...],
        more: Postings = (),
        person: PersonNumber = NOBODY,
        given: Unit = (),
        taken: Unit = (),
        overdrawing: tuple[Ledger, ...] | None = None,
    ) -> None:
        """Note one more step, unless too little is gained, too much unsettled, or the situation seen already.

        `overdrawing` are the ledgers that it overdraws, where that is known.
        """
        self._knowledge.effort.left -= 1
        if score < self._score_needed or len(loose) > self._parameters.loose:
            return
        if len(loose) > 1:
            loose = tuple(sorted(loose))
        overdrawn = chain.overdrawn
        if overdrawing is None or self._takers:
            for ledger, shifts in more:
                now = chain.balance.get(ledger, 0) + shifts
                if now > 0 and now > self._room_in(ledger):
                    if ledger not in overdrawn:
                        overdrawn = tuple(sorted((*overdrawn, ledger)))
                elif ledger in overdrawn:
                    overdrawn = tuple(other for other in overdrawn if other != ledger)
        elif overdrawing:
            overdrawn = tuple(sorted(overdrawn + overdrawing)) if overdrawn else overdrawing
        if overdrawn and len(loose) + len({one for one, _ in overdrawn}) > self._parameters.unsettled:
            return
        seen = self._seen.get((loose, overdrawn))
        news = seen is None or seen < score
        last = not overdrawn and len(loose) == 1
        if news or last:
            step = Step(chain, score, loose, overdrawn, more, person, given, taken)
            if last:
                self._close(step, loose[0])
            if news:
                heappush(self._queue, (self._rank(step), -score, next(self._tie), step))

    def _close(self, step: Step, number: int) -> None:
        """Note who can take the last loose unit as things are, so that the chain is finished.

        This is done for each way to come to a situation, though the situation itself is looked at but once: who gave
        something at the beginning of this way can take it back at its end.
        """
        knowledge = self._knowledge
        unit = knowledge.loose[number].unit
        touched = step.chain.touched if step.person == NOBODY else step.chain.touched | 1 << step.person
        ready = knowledge.ready(number) & ~touched
        again = knowledge.able(number) & step.chain.touched
        if step.person != NOBODY:
            again &= ~(1 << step.person)
        if not (ready or again):
            return
        chain: Chain | None = None
        service, takers = self._takers or (None, ())
        restricted = any(half.service == service for half in unit)
        for person in bits(ready):
            if restricted and person not in takers:
                continue
            chain = chain or step.made()
            pairs = self._knowledge.claims.completes(person, unit)
            self._finish(chain, chain.score + PAIR_SCORE if pairs else chain.score, person, unit)
        if again:
            knowledge.effort.spend(1)
            chain = chain or step.made()
            for person in bits(again):
                if self._fits(chain, person, unit):
                    gained = self._completes(chain, person, unit)
                    self._finish(chain, chain.score + PAIR_SCORE if gained else chain.score, person, unit)

    def _finish(self, chain: Chain, score: int, person: PersonNumber, unit: Unit) -> None:
        """Note that somebody takes all that is loose."""
        step = Step(chain, score, (), (), postings(person, unit, ()), person, (), unit)
        heappush(self._queue, (chain.steps, -score, next(self._tie), step))

    def _fits(self, chain: Chain, person: PersonNumber, unit: Unit) -> bool:
        """Whether somebody who has given or taken something can take a unit without giving up more."""
        given, taken = chain.given.get(person, ()), chain.taken.get(person, ())
        for half in unit:
            ledger = person, half.service
            if chain.balance.get(ledger, 0) >= max(0, self._room_in(ledger)):
                return False
        if taken and any(self._clash(one, two) for one in taken for two in unit):
            return False
        claims = self._knowledge.claims.of(person, unit)
        return bool(claims) and all(half in given for half in claims[-1].gives)

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

    def _rank(self, step: Step) -> int:
        """Return a step's place in the order of the search, the most promising lowest; what is finished comes first."""
        if self._outlook is not None:
            return self._outlook.ahead(step.loose, step.overdrawn) * _MOST_STEPS + step.chain.steps
        ledgers = len(step.overdrawn)
        people = ledgers if ledgers < 2 else len({person for person, _ in step.overdrawn})
        uniting = 2 * abs(step.score) < LEAST_PLACE_SCORE
        chosen = ledgers if uniting else 0
        return ((len(step.loose) + people) * _MOST_LEDGERS + chosen) * _MOST_STEPS + step.chain.steps

    def _clash(self, half: Half, other: Half) -> bool:
        """Whether nobody can have both halves: they are in one slot, or one is in the rest of the other."""
        distance = other.slot - half.slot
        return (
            not distance
            or any(distance == rest for rest, _ in self._board.duty(*half).rests)
            or any(-distance == rest for rest, _ in self._board.duty(*other).rests)
        )
