"""Which places stay open, as an aim of its own: an open place moves to where it hurts less; as many stay filled.

A chain fills an open unit (a place, or both halves of a 24-hour duty) and leaves another unit open instead, at a lower
cost (`greedy.solver.spread`). Which units may stay open instead is decided before the search (`Better`): so a chain
ends only where something is gained, and where nothing would be better there is no search at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from greedy.solver.chains import Chains
from greedy.solver.draft import FIRM, NOBODY, ON_CALL, OPTIONAL, Draft
from greedy.solver.halves import Half, Unit
from greedy.solver.numbering import PersonNumber
from greedy.solver.parameters import Parameters

_LOOKS_A_STEP = 10
"""How many units are looked at, at the cost of one step of a search."""


class Spreading:
    """Moves the open places of a draft to where they cost less."""

    def __init__(self, draft: Draft, parameters: Parameters) -> None:
        self.draft = draft
        self.board = draft.board
        self.parameters = parameters
        self.chains = Chains(draft, 0, parameters)
        self._begun = False
        self._working: Sequence[PersonNumber] = ()
        self.on_call = [service.is_system for service in draft.board.services]

    def spread_out(self) -> bool:
        """Move open places until no move lowers the cost; return whether any was moved."""
        if not any(self.draft.open):
            return False
        if not self._begun:
            self._begun = True
            places, shifts, bounds = sum(map(len, self.draft.open)), len(self.board.shifts), self.parameters
            effort = bounds.spread_effort + bounds.spread_effort_per_place * places
            self.chains.effort.left = min(effort, max(bounds.spread_effort_at_most, shifts))
        return self._spread()

    def spread_within(self, effort: int) -> bool:
        """Do the same as `spread_out` with effort of its own; return whether any was moved.

        Args:
            effort: Steps that may be looked at.
        """
        with self.chains.effort.of_its_own(effort):
            return self._spread()

    def _spread(self) -> bool:
        moved = False
        for limit in self.parameters.spread_limits:
            while self.chains.effort.left > 0 and self._move_one(limit):
                moved = True
        return moved

    def _move_one(self, limit: int) -> bool:
        """Move one open unit, where most is gained by filling it; return whether that was possible."""
        spread = self.draft.spread
        units = sorted(self._open_units(), key=lambda unit: (spread.if_filled(unit), unit))
        self._working = [person for person in self.board.everyone if self.board.added[person]]
        self.chains.effort.spend(len(units) // _LOOKS_A_STEP)
        for unit in units:
            if self.chains.effort.left <= 0:
                return False
            better = Better(self.draft, unit)
            if self._any(better) and self.chains.leave_others_open(unit, better, limit):
                return True
        return False

    def _any(self, better: Better) -> bool:
        """Whether this run has assigned anything that would better stay open."""
        looked = 0
        for person, other in self._filled_units(better.unit):
            looked += 1
            if other in better and better.is_worth_as_much(other, person):
                break
        else:
            person = NOBODY
        self.chains.effort.spend(looked // _LOOKS_A_STEP)
        return person != NOBODY

    def _open_units(self) -> Iterator[Unit]:
        """Yield what is open: single places, and 24-hour duties of which both halves are."""
        draft = self.draft
        for worth in (ON_CALL, FIRM, OPTIONAL):
            for half in draft.open_halves(worth):
                yield (half,)
                duty = self.board.duty(*half)
                if duty.is_morning and duty.partner:
                    other = Half(duty.partner[0], half.slot + duty.partner[1])
                    if other.slot in draft.open[other.service]:
                        yield (half, other)

    def _filled_units(self, unit: Unit) -> Iterator[tuple[PersonNumber, Unit]]:
        """Yield what this run has assigned of the same kind, and to whom: places, or 24-hour duties."""
        draft, on_call = self.draft, self.on_call[unit[0].service]
        for person in self._working:
            for slot, service in self.board.added[person].items():
                if self.on_call[service] is on_call:
                    if len(unit) == 1:
                        yield person, (Half(service, slot),)
                    elif len(both := draft.unit_at(person, slot)) > 1 and both[0].slot == slot:
                        yield person, both


class Better:
    """The units that may stay open instead of an open one, at a lower cost: each judged when it is asked about.

    Attributes:
        unit: The open unit.
    """

    def __init__(self, draft: Draft, unit: Unit) -> None:
        self.unit = unit
        self._draft = draft
        self._now = draft.spread.cost
        self._worths = sorted(draft.worth(half) for half in unit)
        self._known: dict[Unit, bool] = {}

    def __contains__(self, other: object) -> bool:
        """Whether it costs less if this filled unit is open, and the open one filled."""
        if not isinstance(other, tuple) or len(other) != len(self.unit):
            return False
        known = self._known.get(other)
        if known is None:
            spread = self._draft.spread
            for half in self.unit:
                spread.fill(half)
            known = self._known[other] = spread.if_open(other) < self._now
            for half in self.unit:
                spread.leave_open(half)
        return known

    def is_worth_as_much(self, other: Unit, giver: PersonNumber) -> bool:
        """Whether a filled unit that somebody has is worth as much as the open one."""
        return sorted(self._draft.worth(half, giver) for half in other) == self._worths
