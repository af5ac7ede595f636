"""Two people swap some of what they have for as much of the same services, so that nobody's shares of them change.

Bit masks alone show what stands in the way of a swap, so that nearly no impossible swap is tried on the draft: what
each person keeps and what they get must not share slots, nor be in each other's rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import islice
from operator import or_
from typing import NamedTuple

from greedy.solver.draft import Draft
from greedy.solver.halves import Half, Unit
from greedy.solver.numbering import Mask, PersonNumber, ServiceNumber, SlotMask, SlotNumber
from greedy.solver.steps import Transfer

MOST_CHOICES = 300
"""The most choices of what is given back that are looked at: five weeks of a practice have fewer, a year millions."""


class Held(NamedTuple):
    """Something that somebody can give away: a unit, or one half of a 24-hour duty.

    Attributes:
        unit: What it is.
        slots: Its slots.
        rests: The slots in which it needs rest.
        services: A bit for each of its services.
        able: Who could take it, whatever they had to give up for it.
        rest_slots: The same slots as `rests`, one by one.
    """

    unit: Unit
    slots: SlotMask
    rests: SlotMask
    services: int
    able: Mask
    rest_slots: frozenset[SlotNumber]


class Busy(NamedTuple):
    """When somebody works and when they rest after it, by what this run has assigned."""

    slots: SlotMask
    rests: SlotMask

    def lets(self, held: Held) -> bool:
        """Whether there is room for one thing more: neither shares slots with the other, nor is in its rest."""
        return not (self.slots & (held.slots | held.rests) or self.rests & held.slots)


class Hand(NamedTuple):
    """What somebody can give away, by slot.

    Attributes:
        person: Whose it is.
        units: Single shifts, and 24-hour duties as a whole.
        parts: The units, followed by each half of the 24-hour duties.
        busy: When they work and rest.
        causes: For each slot in which they rest, the slots of the work that they rest from.
    """

    person: PersonNumber
    units: list[Held]
    parts: list[Held]
    busy: Busy
    causes: dict[SlotNumber, int]

    @classmethod
    def of_units(cls, person: PersonNumber, units: list[Held], halves: list[Held], apart: list[Held]) -> Hand:
        """Return the hand of a person.

        Args:
            person: Whose it is.
            units: What they have, as units.
            halves: The same, as single halves.
            apart: The halves of the 24-hour duties only.
        """
        causes: dict[SlotNumber, int] = defaultdict(int)
        for held in halves:
            for slot in held.rest_slots:
                causes[slot] |= held.slots
        rests = SlotMask(reduce(or_, (held.rests for held in halves), 0))
        return cls(person, units, units + apart, Busy(union(halves), rests), dict(causes))

    def without(self, given: Sequence[Held]) -> Busy:
        """Return when the person works and rests after giving some of it away."""
        gone, rests = union(given), self.busy.rests
        for held in given:
            for slot in held.rest_slots:
                if not self.causes[slot] & ~gone:
                    rests = SlotMask(rests & ~(1 << slot))
        return Busy(SlotMask(self.busy.slots & ~gone), rests)


class Move(NamedTuple):
    """Something goes from one person to another."""

    held: Held
    giver: PersonNumber
    taker: PersonNumber

    @property
    def transfers(self) -> list[Transfer]:
        """The move, half by half."""
        return [Transfer(half, self.giver, self.taker) for half in self.held.unit]


Moves = list[Move]
"""Moves that are made at once."""


class Swaps:
    """Finds swaps on a draft."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.board = draft.board
        self._known: dict[Unit, Held] = {}

    def hand(self, person: PersonNumber) -> Hand:
        """Return what somebody can give away now."""
        units = sorted({self.draft.unit_at(person, slot) for slot in self.board.added[person]}, key=_first_slot)
        some = [self._held(unit) for unit in units]
        apart = [self._held((half,)) for unit in units if len(unit) > 1 for half in unit]
        return Hand.of_units(person, some, [held for held in some if len(held.unit) == 1] + apart, apart)

    def _held(self, unit: Unit) -> Held:
        known = self._known.get(unit)
        if known is None:
            rests = frozenset(
                SlotNumber(half.slot + distance) for half in unit for distance, _ in self.board.duty(*half).rests
            )
            known = self._known[unit] = Held(
                unit,
                SlotMask(reduce(or_, (1 << half.slot for half in unit))),
                SlotMask(reduce(or_, (1 << slot for slot in rests), 0)),
                reduce(or_, (1 << half.service for half in unit)),
                self.draft.could(unit),
                rests,
            )
        return known

    def between(self, giver: Hand, given: Sequence[Held], other: Hand, wanted: Sequence[Held]) -> Iterator[Moves]:
        """Yield the swaps in which somebody gives some units and gets as much of each service from another.

        Args:
            giver: Who gives.
            given: The units.
            other: What the other has.
            wanted: Which of these parts the giver can take.
        """
        one, two = giver.person, other.person
        if not all(held.able >> two & 1 for held in given):
            return
        for got in islice(alike(services_of(given), wanted), MOST_CHOICES):
            busy = other.without(got)
            if all(map(busy.lets, given)):
                yield [*(Move(held, one, two) for held in given), *(Move(held, two, one) for held in got)]

    def more_pairs(self, moves: Moves) -> int:
        """Return how many more 24-hour duties there are after some moves."""
        gone: dict[PersonNumber, Unit] = defaultdict(tuple)
        come: dict[PersonNumber, Unit] = defaultdict(tuple)
        for (unit, *_), giver, taker in moves:
            gone[giver] += unit
            come[taker] += unit
        return sum(
            self._paired(person, come[person], gone[person]) - self._paired(person, gone[person], ())
            for person in gone.keys() | come.keys()
        )

    def _paired(self, person: PersonNumber, some: Unit, gone: Unit) -> int:
        """Count the 24-hour duties that some halves make with each other and with what a person has but `gone`."""
        board, found = self.board, set[tuple[Half, ...]]()
        for half in some:
            if partner := board.duty(*half).partner:
                other = Half(partner[0], SlotNumber(half.slot + partner[1]))
                has = board.works.get((person, other.slot)) == other.service and other not in gone
                if has or other in some:
                    found.add(tuple(sorted((half, other))))
        return len(found)


def _first_slot(unit: Unit) -> SlotNumber:
    return unit[0].slot


def services_of(some: Iterable[Held]) -> list[ServiceNumber]:
    """Return the services of some units, one entry per half."""
    return sorted(half.service for held in some for half in held.unit)


def kinds(some: Iterable[Held]) -> int:
    """Return the services of some units as a mask."""
    return reduce(or_, (held.services for held in some), 0)


def union(some: Iterable[Held]) -> SlotMask:
    """Return the slots of some units."""
    return SlotMask(reduce(or_, (held.slots for held in some), 0))


def alike(services: Sequence[ServiceNumber], others: Sequence[Held]) -> Iterator[tuple[Held, ...]]:
    """Yield the choices of units whose halves are of exactly these services, in the order of the units."""
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
            for more in alike(left, others[number + 1 :]):
                yield (held, *more)
