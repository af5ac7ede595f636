"""What somebody would give away to work at one time fewer, and the ways in which others could take it.

A *time* is what counts once: a night, a weekend, a holiday. The work goes to one person, or to several, who give back
as much of the same services at other times; together with whatever is in the way of what the giver gets; or round a
ring of three. The bit masks of `greedy.solver.swaps` let each way pass; whether it is fairer, and whether all rules
allow it, is checked when it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from itertools import islice, product
from typing import NamedTuple

from greedy.solver.hours import EXACT, Hours
from greedy.solver.knowledge import Effort
from greedy.solver.numbering import PersonNumber, SlotMask
from greedy.solver.swaps import Busy, Hand, Held, Move, Moves, Swaps, kinds, services_of, union

MOST_EXCHANGED = 3
"""The most units that somebody exchanges at once: who works on both Saturday and Sunday has two."""

LOOKS_A_STEP = 48
"""How many units, or people, are gone through at the cost of one step of a search."""

MOST_IN_THE_WAY = 2
"""The most units that somebody gives away to make room for what they get."""

MOST_WAYS = 6
"""The most ways to give away each of several units that are combined with those of the others."""


class Offer(NamedTuple):
    """All that somebody works at one time, and would give away.

    Attributes:
        hand: What the giver has.
        time: The slots of that time.
        given: What they work there.
        busy: When they work and rest, by what they keep.
        elsewhere: The slots of times at which they do not work, and would not work in exchange.
        gain: By how much the giver's part of the sum of times^2 / quota decreases.
    """

    hand: Hand
    time: SlotMask
    given: list[Held]
    busy: Busy
    elsewhere: SlotMask
    gain: float

    def welcome(self, other: Hand) -> list[Held]:
        """Return which of another person's parts the giver could take, by qualification and time alone."""
        giver, elsewhere = self.hand.person, self.elsewhere
        return [part for part in other.parts if part.able >> giver & 1 and not part.slots & elsewhere]


class Offers:
    """The offers of people, and what can come of them.

    Attributes:
        hours: The hours that are evened out: nights, or weekends, or holidays.
        swaps: What is possible on the draft.
        hands: What everybody can give away now.
    """

    def __init__(self, hours: Hours, swaps: Swaps) -> None:
        self.hours = hours
        self.swaps = swaps
        self.hands: dict[PersonNumber, Hand] = {}
        self._often: dict[PersonNumber, int] = {}

    def refresh(self, people: Iterable[PersonNumber]) -> None:
        """Update what some people have."""
        for person in people:
            self.hands[person] = self.swaps.hand(person)
            self._often[person] = self.hours.worked(person)

    def made_by(self, giver: PersonNumber) -> Iterator[Offer]:
        """Yield what somebody could give away to work at one time fewer."""
        hours, hand = self.hours, self.hands[giver]
        works = hours.mask(giver)
        times = [time for time in hours.times if works & time]
        gain = hours.square(giver, len(times)) - hours.square(giver, len(times) - 1)
        for time in times:
            given = [held for held in hand.units if held.slots & time]
            gone = union(given)
            if 0 < len(given) <= MOST_EXCHANGED and not works & time & ~gone:
                elsewhere = SlotMask(hours.slots & ~sum(other for other in times if other != time))
                yield Offer(hand, time, given, hand.without(given), elsewhere, gain)

    def costs(self, offer: Offer) -> dict[PersonNumber, float]:
        """Return who else could work at the offered time, and by how much their part of the sum would increase."""
        hours, costs = self.hours, {}
        for person in self.hands:
            if person == offer.hand.person or person not in hours.quota:
                continue
            often = self._often[person]
            more = (
                0.0
                if hours.mask(person) & offer.time
                else hours.square(person, often + 1) - hours.square(person, often)
            )
            if round(offer.gain - more, EXACT) > 0:
                costs[person] = more
        return costs

    def to_one(self, offer: Offer, costs: Mapping[PersonNumber, float], effort: Effort) -> Iterator[Moves]:
        """Yield exchanges with one person, who gives as much work at other times."""
        for person in costs:
            yield from self._direct(offer, offer.given, person, effort)

    def _direct(self, offer: Offer, given: Sequence[Held], person: PersonNumber, effort: Effort) -> Iterator[Moves]:
        """Yield swaps of some units of an offer for parts that its giver can take without making room."""
        services = kinds(given)
        hand = self.hands[person]
        effort.spend(_steps(hand.parts))
        wanted = [part for part in offer.welcome(hand) if not part.services & ~services and offer.busy.lets(part)]
        yield from self.swaps.between(offer.hand, given, hand, wanted)

    def with_what_is_in_the_way(
        self, offer: Offer, costs: Mapping[PersonNumber, float], effort: Effort
    ) -> Iterator[Moves]:
        """Yield exchanges in which the giver also gives away what is in the way, to the same person or to a third."""
        if len(offer.given) > 1:
            return
        [unit] = offer.given
        for person in costs:
            if not unit.able >> person & 1:
                continue
            other = self.hands[person]
            welcome = offer.welcome(other)
            for part in welcome:
                if services_of([part]) == services_of([unit]) and not offer.busy.lets(part):
                    effort.spend(_steps(other.parts))
                    yield from self._making_room(offer, other, welcome, part, effort)

    def _making_room(
        self, offer: Offer, other: Hand, welcome: Sequence[Held], part: Held, effort: Effort
    ) -> Iterator[Moves]:
        """Yield exchanges by which the giver gets a part after making room for it, and as much for what makes room."""
        [unit] = offer.given
        giver = offer.hand
        away = [held for held in giver.units if held is not unit and not Busy(held.slots, held.rests).lets(part)]
        if not 0 < len(away) <= MOST_IN_THE_WAY:
            return
        services = kinds(away)
        left = giver.without([unit, *away])
        busy = Busy(SlotMask(left.slots | part.slots), SlotMask(left.rests | part.rests))
        wanted = [
            more for more in welcome if not (more.services & ~services or more.slots & part.slots) and busy.lets(more)
        ]
        for moves in self.swaps.between(giver, [unit, *away], other, [part, *wanted]):
            effort.spend(1)
            if any(move.held is part for move in moves):
                yield moves
        if not other.without([part]).lets(unit):
            return
        first = [Move(unit, giver.person, other.person), Move(part, other.person, giver.person)]
        for third in self.hands.values():
            if third.person not in (giver.person, other.person):
                effort.spend(_steps(third.parts))
                some = [more for more in offer.welcome(third) if not more.services & ~services and busy.lets(more)]
                yield from ([*first, *second] for second in self.swaps.between(giver, away, third, some))

    def to_several(self, offer: Offer, costs: Mapping[PersonNumber, float], effort: Effort) -> Iterator[Moves]:
        """Yield exchanges with several people, one unit with each."""
        if len(offer.given) < 2:
            return
        cheapest = sorted(costs, key=costs.__getitem__)
        ways = [
            list(
                islice(
                    (moves for person in cheapest for moves in self._direct(offer, [held], person, effort)), MOST_WAYS
                )
            )
            for held in offer.given
        ]
        for parts in product(*ways):
            takers = {moves[0].taker for moves in parts}
            if len(takers) == len(parts) and round(offer.gain - sum(costs[taker] for taker in takers), EXACT) > 0:
                yield [move for moves in parts for move in moves]

    def in_a_ring(self, offer: Offer, costs: Mapping[PersonNumber, float], effort: Effort) -> Iterator[Moves]:
        """Yield exchanges of three: the taker gives as much to a third person, and they to the giver."""
        if len(offer.given) > 1:
            return
        [unit], giver = offer.given, offer.hand.person
        services = services_of([unit])
        back = [
            (third, part)
            for third in self.hands.values()
            if third.person != giver
            for part in offer.welcome(third)
            if services_of([part]) == services and offer.busy.lets(part)
        ]
        effort.spend(_steps(self.hands) - 1)
        if not back:
            return
        for person in (one for one, more in costs.items() if not more):
            other = self.hands[person]
            if not unit.able >> person & 1:
                continue
            for passed in other.parts:
                if services_of([passed]) != services or not other.without([passed]).lets(unit):
                    continue
                for third, part in back:
                    effort.spend(1)
                    if third is not other and passed.able >> third.person & 1 and third.without([part]).lets(passed):
                        yield [
                            Move(unit, giver, person),
                            Move(passed, person, third.person),
                            Move(part, third.person, giver),
                        ]


def _steps(looked_at: Sized) -> int:
    """Return how many steps it costs to go through something: one, for a practice's five weeks."""
    return 1 + len(looked_at) // LOOKS_A_STEP
