"""Claims: what it takes to give a unit to somebody, and what it costs to take one away.

Each is worked out for one person alone, from the draft as it is, and kept until that person's shifts change; who else
is concerned does not matter for it.
"""

from __future__ import annotations

from typing import NamedTuple

from greedy.solver.board import bits
from greedy.solver.draft import NOBODY, Draft, Half, Unit

Account = tuple[int, int]
"""A person and a service: how many shifts of it they work, against their quota."""

Changes = tuple[tuple[Account, int], ...]
"""How many shifts more each account has."""


class Loose(NamedTuple):
    """A unit that has to be placed.

    Attributes:
        unit: The unit.
        givers: Who had its halves, one by one; NOBODY has an open place.
    """

    unit: Unit
    givers: tuple[int, ...]


class Claim(NamedTuple):
    """Somebody takes a unit.

    Attributes:
        person: Who takes it.
        ejected: The units that they give up for it.
        changes: What their accounts have more and less then.
        pairs: The 24-hour duties that are won by it, less those that are broken.
    """

    person: int
    ejected: tuple[Unit, ...]
    changes: Changes
    pairs: int


class Claims:
    """The claims that people have on units, and the units that they can give."""

    def __init__(self, draft: Draft, most: int) -> None:
        """`most`: how many units somebody may have to give up at once for another."""
        self.draft = draft
        self.most = most
        self.board = draft.board
        self._claims: list[dict[Unit, list[Claim]]] = [{} for _ in self.board.people]
        self._held: list[dict[int, list[Unit]]] = [{} for _ in self.board.people]

    def forget(self, person: int) -> None:
        """Somebody's shifts have changed."""
        self._claims[person].clear()
        self._held[person].clear()

    def on(self, loose: Loose) -> list[Claim]:
        """The claims on a loose unit, those that eject the fewest units first."""
        draft, board, (unit, givers) = self.draft, self.board, loose
        people = draft.could(unit)
        for half, giver in zip(unit, givers, strict=True):
            shift = board.shifts[half.slot, half.service]
            people &= ~draft.works.get(half, 0)
            people &= board.admitted(shift, leaving=None if giver == NOBODY else board.team[giver])
        claims = [claim for person in bits(people) for claim in self._of(person, unit)]
        return sorted(claims, key=lambda claim: (len(claim.ejected), claim.person))

    def _of(self, person: int, unit: Unit) -> list[Claim]:
        known = self._claims[person].get(unit)
        if known is None:
            known = self._claims[person][unit] = self._find(person, unit)
        return known

    def _find(self, person: int, unit: Unit) -> list[Claim]:
        """What is in the way is given up as whole units, or only the very halves."""
        slots = self.draft.in_the_way(person, unit)
        units = {self.draft.unit_at(person, slot) for slot in slots}
        if len(units) > self.most:
            return []
        added = self.board.added[person]
        halves: set[Unit] = {(Half(added[slot], slot),) for slot in slots}
        claims = []
        for some in (units, halves) if halves != units else (units,):
            ejected = tuple(sorted(some))
            pairs = self.completes(person, unit) - sum(self.completes(person, other) for other in ejected)
            claims.append(Claim(person, ejected, changes(person, unit, ejected), pairs))
        return claims

    def held(self, person: int, service: int) -> list[Unit]:
        """The units with a shift of a service that somebody can give away: each half by itself, and whole pairs."""
        known = self._held[person].get(service)
        if known is None:
            added = self.board.added[person]
            known = self._held[person][service] = []
            for slot in sorted(slot for slot, of in added.items() if of == service):
                half: Unit = (Half(service, slot),)
                unit = self.draft.unit_at(person, slot)
                known += [half] if unit == half else [half, unit]
        return known

    def completes(self, person: int, unit: Unit) -> bool:
        """Tell whether a unit is one half, of which somebody has the other."""
        return len(unit) == 1 and bool(self.draft.partners(unit[0]) >> person & 1)


def changes(person: int, taken: Unit, ejected: tuple[Unit, ...]) -> Changes:
    """What somebody's accounts have more and less after taking a unit and giving up others."""
    more: dict[Account, int] = {}
    for half in taken:
        more[person, half.service] = more.get((person, half.service), 0) + 1
    for unit in ejected:
        for half in unit:
            more[person, half.service] = more.get((person, half.service), 0) - 1
    return tuple(more.items())
