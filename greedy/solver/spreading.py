"""Which places stay open as an aim of its own: an open place moves to where it hurts less, and the counts stay.

An open unit (a place, or both halves of a 24-hour duty) is filled by a chain at the end of which another unit stays
open in its place, so that it costs less (`greedy.solver.spread`). What may stay open instead is laid down beforehand:
so chains that leave other days open are told apart, and where nothing would be better nothing is searched.
"""

from __future__ import annotations

from collections.abc import Iterator

from greedy.solver.chains import Chains
from greedy.solver.draft import FIRM, ON_CALL, OPTIONAL, Draft
from greedy.solver.halves import Half, Unit
from greedy.solver.numbering import PersonNumber
from greedy.solver.parameters import Parameters


class Spreading:
    """Moves the open places of a draft to where they cost less."""

    def __init__(self, draft: Draft, parameters: Parameters) -> None:
        self.draft = draft
        self.board = draft.board
        self.parameters = parameters
        self.chains = Chains(draft, 0, parameters)
        self._begun = False
        self.on_call = [service.is_system for service in draft.board.services]

    def spread_out(self) -> bool:
        """Move open places until it costs no less; return whether any was moved."""
        if not any(self.draft.open):
            return False
        if not self._begun:
            self._begun = True
            places = sum(shift.open.total for shift in self.board.shifts.values())
            self.chains.effort.left = self.parameters.spread_effort + self.parameters.spread_effort_per_place * places
        moved = False
        for limit in self.parameters.spread_limits:
            while self.chains.effort.left > 0 and self._move_one(limit):
                moved = True
        return moved

    def _move_one(self, limit: int) -> bool:
        """Move one open unit, where most is gained by filling it; return whether that was possible."""
        spread = self.draft.spread
        for unit in sorted(self._open_units(), key=lambda unit: (spread.if_filled(unit), unit)):
            if self.chains.effort.left <= 0:
                return False
            if (better := self._better(unit)) and self.chains.leave_others_open(unit, better, limit):
                return True
        return False

    def _open_units(self) -> Iterator[Unit]:
        """Yield what is open: places one by one, and both halves of a 24-hour duty together."""
        draft = self.draft
        for worth in (ON_CALL, FIRM, OPTIONAL):
            for half in draft.open_halves(worth):
                yield (half,)
                duty = self.board.duty(*half)
                if duty.is_morning and duty.partner:
                    other = Half(duty.partner[0], half.slot + duty.partner[1])
                    if other.slot in draft.open[other.service]:
                        yield (half, other)

    def _better(self, unit: Unit) -> set[Unit]:
        """Return what may stay open in place of an open unit, so that it costs less."""
        draft, spread = self.draft, self.draft.spread
        now, worths = spread.cost, sorted(draft.worth(half) for half in unit)
        for half in unit:
            spread.fill(half)
        cheaper = [(person, other) for person, other in self._filled_units(unit) if spread.if_open(other) < now]
        for half in unit:
            spread.leave_open(half)
        return {other for person, other in cheaper if sorted(draft.worth(half, person) for half in other) == worths}

    def _filled_units(self, unit: Unit) -> Iterator[tuple[PersonNumber, Unit]]:
        """Yield what this run has assigned of the same kind, and to whom: places, or 24-hour duties."""
        draft, on_call = self.draft, self.on_call[unit[0].service]
        for person in self.board.everyone:
            for slot, service in self.board.added[person].items():
                if self.on_call[service] is on_call:
                    if len(unit) == 1:
                        yield person, (Half(service, slot),)
                    elif len(both := draft.unit_at(person, slot)) > 1 and both[0].slot == slot:
                        yield person, both
