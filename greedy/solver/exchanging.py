"""Nights, weekends and holidays as an aim of their own: shifts of the same services change hands until it is fairer.

What somebody works at one time, a weekend for instance, goes to somebody else for as much at other times, so that the
sum of times^2 / quota is less: because who gives has had more of them, or because who takes is there at that time
anyway. Two people exchange, or a chain goes through several (`greedy.solver.handing`). As what they exchange is of the
same services, nobody's shares of the services change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from greedy.solver.chains import Unfairness
from greedy.solver.draft import Draft
from greedy.solver.halves import Unit
from greedy.solver.handing import Handing
from greedy.solver.hours import EXACT, Hours
from greedy.solver.numbering import PER_DAY, PersonNumber, ServiceNumber, SlotMask, SlotNumber
from greedy.solver.parameters import Parameters

MOST_EXCHANGED = 3
"""Units that somebody gives for others at a time, at most: who works on Saturday and on Sunday has two."""


class Held(NamedTuple):
    """A unit that somebody has, and its slots."""

    unit: Unit
    slots: SlotMask


class Exchanging:
    """Evens out how often people work at some hours."""

    def __init__(self, draft: Draft, hours: Hours, unfairness: Unfairness, parameters: Parameters) -> None:
        """Prepare.

        Args:
            draft: The draft.
            hours: The hours.
            unfairness: What must become less by each exchange.
            parameters: The bounds of the search.
        """
        self.draft = draft
        self.board = draft.board
        self.hours = hours
        self._unfairness = unfairness
        self._parameters = parameters

    def even_out(self, effort: int) -> None:
        """Exchange until it gets no fairer.

        Args:
            effort: Steps that exchanges between two may look at; chains as many as the parameters say.
        """
        if not self.hours.exchangeable:
            return
        pairs = Handing(self.draft, effort, self._parameters)
        chains = Handing(self.draft, self._parameters.chain_effort, self._parameters)
        going = True
        while going:
            while self._exchange_all(pairs):
                pass
            going = self._hand_on_any(chains)

    def _exchange_all(self, chains: Handing) -> bool:
        """Let any two people exchange what they can; return whether more may be found."""
        found = False
        shares = self.hours.shares()
        people = sorted(shares, key=lambda person: (shares[person], person))
        units = {person: self._held(person) for person in people}
        for giver in reversed(people):
            for taker in people:
                while taker != giver and chains.effort.left > 0:
                    if not self._exchange(chains, giver, units[giver], taker, units[taker]):
                        break
                    found = True
                    units[giver], units[taker] = self._held(giver), self._held(taker)
        return found and chains.effort.left > 0

    def _exchange(
        self,
        chains: Handing,
        giver: PersonNumber,
        units: Sequence[Held],
        taker: PersonNumber,
        others: Sequence[Held],
    ) -> bool:
        """Exchange all that somebody works at one time for as much of another's; return whether that is fairer."""
        hours = self.hours
        gives, takes = hours.mask(giver), hours.mask(taker)
        now = hours.square(giver, hours.of_slots(gives)) + hours.square(taker, hours.of_slots(takes))
        for time in hours.times:
            if not gives & time:
                continue
            given = [held for held in units if held.slots & time]
            gone = _slots(given)
            if time & gives & ~gone or len(given) > MOST_EXCHANGED or not self._could_have(taker, given):
                continue
            for got in _alike(_services(given), others):
                chains.effort.spend(1)
                come = _slots(got)
                after = hours.square(giver, hours.of_slots(gives & ~gone | come))
                after += hours.square(taker, hours.of_slots(takes & ~come | gone))
                if round(now - after, EXACT) > 0 and self._could_have(giver, got):
                    chains.effort.spend(1)
                    if chains.exchange(giver, _halves(given), taker, _halves(got), self._unfairness):
                        return True
        return False

    def _hand_on_any(self, chains: Handing) -> bool:
        """Let people hand on what they work at these hours, by chains; return whether any could.

        Only who has these hours more often than others would, with one more; and who is one of more people than need be
        there at that time.
        """
        hours, found = self.hours, False
        shares = hours.shares()
        often = {person: hours.worked(person) for person in shares}
        if not often:
            return False
        least = min(hours.square(person, count + 1) - hours.square(person, count) for person, count in often.items())
        crowded = SlotMask(sum(time for time in hours.times if self._is_crowded(time)))
        for giver in sorted(shares, key=lambda person: (-shares[person], person)):
            mask, count = hours.mask(giver), often[giver]
            eased = hours.square(giver, count) - hours.square(giver, count - 1)
            wanted = hours.slots if round(eased - least, EXACT) > 0 else crowded
            for held in self._held(giver) if count and wanted else ():
                if held.slots & wanted and hours.of_slots(mask & ~held.slots) < count:
                    if chains.effort.left <= 0:
                        return False
                    if chains.hand_on(held.unit, giver, self._unfairness, self._parameters.wish_limit):
                        found = True
                        break
        return found

    def _is_crowded(self, time: SlotMask) -> bool:
        """Whether more people work at a time than work in any one of its slots, or rest there after another of them."""
        board = self.board
        slots = [SlotNumber(slot) for slot in board.period if time >> slot & 1]
        people = need = 0
        for slot in slots:
            people |= board.active[slot]
            there = board.active[slot] if slot < slots[0] + PER_DAY else board.active[slot] | board.resting[slot]
            need = max(need, there.bit_count())
        return people.bit_count() > need

    def _could_have(self, person: PersonNumber, some: Iterable[Held]) -> bool:
        """Whether somebody could take some units if they gave up enough."""
        return all(self.draft.could(held.unit) >> person & 1 for held in some)

    def _held(self, person: PersonNumber) -> list[Held]:
        """Return what somebody can give away, by slot."""
        units = sorted({self.draft.unit_at(person, slot) for slot in self.board.added[person]}, key=_first_slot)
        return [Held(unit, SlotMask(sum(1 << slot for _, slot in unit))) for unit in units]


def _first_slot(unit: Unit) -> SlotNumber:
    return unit[0].slot


def _halves(some: Iterable[Held]) -> Unit:
    return tuple(half for held in some for half in held.unit)


def _slots(some: Iterable[Held]) -> SlotMask:
    return SlotMask(sum(held.slots for held in some))


def _services(some: Iterable[Held]) -> list[ServiceNumber]:
    return sorted(half.service for held in some for half in held.unit)


def _alike(services: Sequence[ServiceNumber], others: Sequence[Held]) -> Iterator[tuple[Held, ...]]:
    """Yield the ways to choose units that are of just some services together, by slot."""
    if not services:
        yield ()
        return
    for number, held in enumerate(others):
        left = list(services)
        for half in held.unit:
            if half.service not in left:
                break
            left.remove(half.service)
        else:
            for more in _alike(left, others[number + 1 :]):
                yield (held, *more)
