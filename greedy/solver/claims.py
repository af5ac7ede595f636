"""Claims: what it takes for somebody to get a unit, and the units that somebody can give away.

A claim depends on one person's shifts only. It is worked out from the current draft, and cached until that person's
shifts change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from greedy.solver.draft import NOBODY, Draft
from greedy.solver.halves import Half, Unit
from greedy.solver.numbering import NO_ONE, Indexed, Mask, PersonNumber, ServiceNumber, bits

Ledger = tuple[PersonNumber, ServiceNumber]
"""A quota ledger: a person's shifts of a service, to be kept within the quota. Overdrawn: one shift too many."""

Postings = tuple[tuple[Ledger, int], ...]
"""By how many shifts some ledgers change; negative for fewer."""


class Loose(NamedTuple):
    """A unit that has to be placed.

    Attributes:
        unit: The unit.
        givers: Who had each of its halves; NOBODY where the place was open.
    """

    unit: Unit
    givers: tuple[PersonNumber, ...]


class Claim(NamedTuple):
    """Somebody takes a unit.

    Attributes:
        person: Who takes it.
        ejected: The units that they give up for it.
        loose: The numbers of these units, which are then loose.
        gives: The halves of the ejected units.
        postings: How the claim changes the person's quota ledgers.
        overdrawn: The ledgers that it would overdraw on the current draft.
        gained: 24-hour duties that it makes, less those that it breaks.
    """

    person: PersonNumber
    ejected: tuple[Unit, ...]
    loose: tuple[int, ...]
    gives: Unit
    postings: Postings
    overdrawn: tuple[Ledger, ...]
    gained: int


class Claims:
    """The claims that people have on units, and the units that they can give."""

    def __init__(self, draft: Draft, most: int, number: Callable[[Loose], int]) -> None:
        """Begin without any claims.

        Args:
            draft: The draft.
            most: How many units somebody may give up, at most, to get another.
            number: Returns the number of a loose unit.
        """
        self.draft = draft
        self.most = most
        self._number = number
        self.board = draft.board
        self._claims: Indexed[PersonNumber, dict[Unit, list[Claim]]] = [
            dict[Unit, list[Claim]]() for _ in self.board.people
        ]
        self._held: Indexed[PersonNumber, dict[ServiceNumber, list[Unit]]] = [
            dict[ServiceNumber, list[Unit]]() for _ in self.board.people
        ]

    def forget(self, person: PersonNumber) -> None:
        """Forget the claims of somebody whose shifts have changed."""
        self._claims[person].clear()
        self._held[person].clear()

    def on(self, loose: Loose) -> list[Claim]:
        """Return the claims on a loose unit, fewest ejected units first."""
        claims = [claim for person in bits(self.able(loose)) for claim in self.of(person, loose.unit)]
        return sorted(claims, key=lambda claim: (len(claim.ejected), claim.person))

    def able(self, loose: Loose) -> Mask:
        """Return who could take a loose unit, whatever they have to give up for it."""
        draft, board, (unit, givers) = self.draft, self.board, loose
        people = draft.could(unit)
        for half, giver in zip(unit, givers, strict=True):
            shift = board.shifts[half.slot, half.service]
            people &= ~draft.works.get(half, NO_ONE)
            people &= board.admitted(shift, leaving=None if giver == NOBODY else board.team[giver])
        return people

    def of(self, person: PersonNumber, unit: Unit) -> list[Claim]:
        """Return one person's claims on a unit; none when too many units are in the way."""
        known = self._claims[person].get(unit)
        if known is None:
            known = self._claims[person][unit] = self._find(person, unit)
        return known

    def _find(self, person: PersonNumber, unit: Unit) -> list[Claim]:
        """Return one person's claims: giving up what is in the way as whole units, or as single halves."""
        slots = self.draft.in_the_way(person, unit)
        if not slots:
            more = postings(person, unit, ())
            return [Claim(person, (), (), (), more, self._overdrawn(more), int(self.completes(person, unit)))]
        units = {self.draft.unit_at(person, slot) for slot in slots}
        if len(units) > self.most:
            return []
        added = self.board.added[person]
        halves: set[Unit] = {(Half(added[slot], slot),) for slot in slots}
        claims = []
        for some in (units, halves) if halves != units else (units,):
            ejected = tuple(sorted(some))
            pairs = self.completes(person, unit) - sum(self.completes(person, other) for other in ejected)
            more = postings(person, unit, ejected)
            gives = tuple(half for other in ejected for half in other)
            loose = tuple(self._number(Loose(other, (person,) * len(other))) for other in ejected)
            claims.append(Claim(person, ejected, loose, gives, more, self._overdrawn(more), pairs))
        return claims

    def _overdrawn(self, more: Postings) -> tuple[Ledger, ...]:
        """Return the ledgers that some postings would overdraw, sorted."""
        used, quota = self.board.used, self.board.quota
        ledgers: list[Ledger] = []
        for ledger, shifts in more:
            person, service = ledger
            if shifts > 0 and used[service].get(person, 0) + shifts > quota[service].get(person, 0):
                ledgers.append(ledger)
        return tuple(sorted(ledgers) if len(ledgers) > 1 else ledgers)

    def held(self, person: PersonNumber, service: ServiceNumber) -> list[Unit]:
        """Return the units with a shift of a service that somebody can give away: single halves, and whole pairs."""
        known = self._held[person].get(service)
        if known is None:
            added = self.board.added[person]
            known = self._held[person][service] = []
            for slot in sorted(slot for slot, worked in added.items() if worked == service):
                half: Unit = (Half(service, slot),)
                unit = self.draft.unit_at(person, slot)
                known += [half] if unit == half else [half, unit]
        return known

    def completes(self, person: PersonNumber, unit: Unit) -> bool:
        """Whether a unit is one half, and the person has the other."""
        return len(unit) == 1 and bool(self.draft.partners(unit[0]) >> person & 1)


def postings(person: PersonNumber, taken: Unit, ejected: tuple[Unit, ...]) -> Postings:
    """Return how somebody's quota ledgers change when they take a unit and give up others."""
    more: dict[Ledger, int] = {}
    for half in taken:
        more[person, half.service] = more.get((person, half.service), 0) + 1
    for unit in ejected:
        for half in unit:
            more[person, half.service] = more.get((person, half.service), 0) - 1
    return tuple(more.items())
