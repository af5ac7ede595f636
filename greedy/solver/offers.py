"""What somebody would give away so that they work at one time less, and the ways in which others could take it.

To one person, or to several, who give back as much of the same services at other times; with what is in the way of that
on either day; or in a ring of three. Each way is possible by the bit masks of `greedy.solver.swaps`; whether it is
fairer, and whether all rules allow it, is seen when it is made.
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
"""Units that somebody gives for others at a time, at most: who works on Saturday and on Sunday has two."""

LOOKS_A_STEP = 48
"""Units, or people, that are gone through for what a step of a search costs."""

MOST_IN_THE_WAY = 2
"""Units that somebody gives away to make room for what they get, at most."""

MOST_WAYS = 6
"""Ways to give away one of several units that are tried with those of the others, at most."""


class Offer(NamedTuple):
    """All that somebody works at one time, which they would give away.

    Attributes:
        hand: What the giver has.
        time: The slots of that time.
        given: What they work there.
        busy: When they work and rest by what they keep.
        elsewhere: The slots of the times at which they do not work, and which they do not want instead.
        gain: By how much less the giver adds to the sum of times^2 / quota.
    """

    hand: Hand
    time: SlotMask
    given: list[Held]
    busy: Busy
    elsewhere: SlotMask
    gain: float

    def welcome(self, other: Hand) -> list[Held]:
        """Return what the giver could have of another's, by what they are and when it is."""
        giver, elsewhere = self.hand.person, self.elsewhere
        return [part for part in other.parts if part.able >> giver & 1 and not part.slots & elsewhere]


class Offers:
    """The offers of people, and what can come of them.

    Attributes:
        hours: The hours of which they would have less.
        swaps: What is possible on the draft.
        hands: What everybody can give away, as things are.
    """

    def __init__(self, hours: Hours, swaps: Swaps) -> None:
        self.hours = hours
        self.swaps = swaps
        self.hands: dict[PersonNumber, Hand] = {}
        self._often: dict[PersonNumber, int] = {}

    def refresh(self, people: Iterable[PersonNumber]) -> None:
        """Look anew at what some people have."""
        for person in people:
            self.hands[person] = self.swaps.hand(person)
            self._often[person] = self.hours.worked(person)

    def made_by(self, giver: PersonNumber) -> Iterator[Offer]:
        """Yield what somebody could give away so that they work at one time less."""
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
        """Return who else could work at the time that is offered, and how much more they would add for it."""
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
        """Yield exchanges with one person, for as much at other times."""
        for person in costs:
            yield from self._direct(offer, offer.given, person, effort)

    def _direct(self, offer: Offer, given: Sequence[Held], person: PersonNumber, effort: Effort) -> Iterator[Moves]:
        """Yield swaps of some of an offer for what its giver can have as things are."""
        services = kinds(given)
        hand = self.hands[person]
        effort.spend(_steps(hand.parts))
        wanted = [part for part in offer.welcome(hand) if not part.services & ~services and offer.busy.lets(part)]
        yield from self.swaps.between(offer.hand, given, hand, wanted)

    def with_what_is_in_the_way(
        self, offer: Offer, costs: Mapping[PersonNumber, float], effort: Effort
    ) -> Iterator[Moves]:
        """Yield exchanges in which the giver also gives what is in the way of what they get, to the same or a third.

        For that they get as much of the same services as well.
        """
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
        """Yield exchanges by which the giver gets something for which they have to make room."""
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
        """Yield exchanges of three: who takes what is offered gives as much to a third, and they to the giver."""
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
    """Return how many steps it counts for to go through something: in a practice's five weeks one."""
    return 1 + len(looked_at) // LOOKS_A_STEP
