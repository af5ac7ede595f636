"""The assignments of this run as a draft: what repair moves about, and can undo.

What was there before the run is not in the draft and never moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from greedy.solver.board import Board
from greedy.solver.halves import Half, Unit
from greedy.solver.numbering import EVERYBODY, NO_ONE, Indexed, Mask, PersonNumber, ServiceNumber, SlotNumber, mask_of
from greedy.solver.spread import Spread

NOBODY = PersonNumber(-1)
"""The holder of open places: what goes to NOBODY is open again, what comes from NOBODY was open."""


class Value(NamedTuple):
    """What a draft is worth, or what is gained or lost: the most important first, more is better.

    Attributes:
        on_call: On-call places that are filled.
        firm: Other places of MOET and AANGEPAST that are filled.
        optional: Other places of MAG that are filled.
        pairs: 24-hour duties.
    """

    on_call: int = 0
    firm: int = 0
    optional: int = 0
    pairs: int = 0

    @property
    def score(self) -> int:
        """The value as one whole number that orders alike; scores add and subtract as values do.

        An aim that does not matter (ANY) makes it the lowest that the aims before it can have.
        """
        score, unit = 0, _SCORE_OF_ON_CALL
        for aim in self:
            if aim == ANY:
                return score - unit * _SCORES // 2
            score += aim * unit
            unit //= _SCORES
        return score

    def __add__(self, more: Value) -> Value:  # type: ignore[override]  # a sum, not a longer tuple
        """Return the sum, aim by aim."""
        return Value(self[0] + more[0], self[1] + more[1], self[2] + more[2], self[3] + more[3])

    def __sub__(self, less: Value) -> Value:
        """Return the difference, aim by aim."""
        return Value(self[0] - less[0], self[1] - less[1], self[2] - less[2], self[3] - less[3])


_SCORES = 1 << 20
"""The base of a score: more than twice as many as any aim can count."""

_SCORE_OF_ON_CALL = _SCORES**3

Snapshot = Sequence[Mapping[SlotNumber, ServiceNumber]]
"""What this run had assigned, by person."""

ANY = -(10**9)
"""Stands in a `Value` for an aim that does not matter."""

ON_CALL, FIRM, OPTIONAL, ONE_PAIR = Value(on_call=1), Value(firm=1), Value(optional=1), Value(pairs=1)
NOTHING = Value()
PAIR_SCORE = ONE_PAIR.score
LEAST_PLACE_SCORE = OPTIONAL.score


class Draft:
    """A board whose new assignments can be moved.

    Attributes:
        board: The board.
        open: The slots of each service at which a place is open.
        works: Who works a half, planned before the run or by it.
        overdrawn: The quotas, as (person, service), that are exceeded at the moment.
        spread: How the open places are spread.
    """

    def __init__(self, board: Board) -> None:
        self.board = board
        self.spread = Spread(board)
        self.open: Indexed[ServiceNumber, set[SlotNumber]] = [set[SlotNumber]() for _ in board.services]
        for (slot, service), shift in board.shifts.items():
            if shift.open.total:
                self.open[service].add(slot)
        self.works: dict[Half, Mask] = {}
        for (person, slot), worked in board.works.items():
            if worked is not None:
                half = Half(worked, slot)
                self.works[half] = self.works.get(half, NO_ONE) | 1 << person
        self.overdrawn: set[tuple[PersonNumber, ServiceNumber]] = set()
        self._on_call: Indexed[ServiceNumber, bool] = [service.is_system for service in board.services]
        self._open = [0, 0, 0]
        for (_, service), shift in board.shifts.items():
            if self._on_call[service]:
                self._open[0] += shift.open.total
            else:
                self._open[1] += shift.now.firm_open
                self._open[2] += shift.open.total - shift.now.firm_open
        self._pairs = sum(  # of this period alone: neither rosters beside it count, nor does their work move
            self.paired(Half(service, slot)).bit_count()
            for slot, service in board.shifts
            if board.duty(service, slot).is_morning
        )
        self._log: list[tuple[bool, PersonNumber, Half]] = []
        self._changed: list[Mask] = []
        self._could: dict[Half, Mask] = {}

    @property
    def value(self) -> Value:
        """What the draft is worth now."""
        on_call, firm, optional = self._open
        return Value(-on_call, -firm, -optional, self._pairs)

    @property
    def is_full(self) -> bool:
        """Whether nothing is open."""
        return not any(self._open)

    def worth(self, half: Half, giver: PersonNumber = NOBODY) -> Value:
        """Return what filling an open place is worth; with a giver, what it is worth that they have the half."""
        if self._on_call[half.service]:
            return ON_CALL
        shift = self.board.shifts[half.slot, half.service]
        if giver == NOBODY:
            return FIRM if shift.now.firm_open else OPTIONAL
        return FIRM if shift.without(self.board.team[giver]).firm_open > shift.now.firm_open else OPTIONAL

    def open_halves(self, worth: Value) -> list[Half]:
        """Return the open places of a given worth, in the order of their slots."""
        halves = (Half(service, slot) for service in self.board.service_number.values() for slot in self.open[service])
        return sorted(
            (half for half in halves if self.worth(half) == worth),
            key=lambda half: (half.slot, half.service),
        )

    def is_wanted(self, half: Half) -> bool:
        """Whether a place is open and somebody has quota left for it: no move of shifts makes more quota."""
        service, slot = half
        return slot in self.open[service] and bool(self.board.unspent[service] & self.board.qualified[service])

    def partners(self, half: Half) -> Mask:
        """Return who works the other half of a 24-hour duty."""
        partner = self.board.duty(*half).partner
        return NO_ONE if partner is None else self.works.get(Half(partner[0], half.slot + partner[1]), NO_ONE)

    def alone(self, half: Half) -> Mask:
        """Return who works a half of a 24-hour duty without the other."""
        return self.works.get(half, NO_ONE) & ~self.partners(half)

    def paired(self, half: Half) -> Mask:
        """Return who works both a half of a 24-hour duty and the other."""
        return self.works.get(half, NO_ONE) & self.partners(half)

    def free(self, half: Half) -> Mask:
        """Return who may take a half now, whatever their quota."""
        return self.board.qualified[half.service] & self.board.free(*half)

    def could(self, unit: Unit) -> Mask:
        """Return who could take a unit if all assignments of the draft were taken back."""
        people = EVERYBODY
        for half in unit:
            known = self._could.get(half)
            if known is None:
                known = self._could[half] = self.board.possible(*half)
            people &= known
        return people

    def unit_at(self, person: PersonNumber, slot: SlotNumber) -> Unit:
        """Return the unit of an assignment of this run: with its other half, if that is of this run too."""
        added = self.board.added[person]
        half = Half(added[slot], slot)
        duty = self.board.duty(*half)
        if duty.partner is not None:
            service, distance = duty.partner
            if added.get(slot + distance) == service:
                other = Half(service, slot + distance)
                return (half, other) if duty.is_morning else (other, half)
        return (half,)

    def in_the_way(self, person: PersonNumber, unit: Unit) -> set[SlotNumber]:
        """Return the slots of the shifts that somebody must give up to take a unit.

        These are work in its slots, duties that need rest in its slots, and work in the rest that it needs.
        """
        board, bit = self.board, 1 << person
        slots: set[SlotNumber] = set()
        for service, slot in unit:
            if board.active[slot] & bit:
                slots.add(slot)
            if board.resting[slot] & bit:
                slots.update(board.causes(person, slot))
            for distance, _ in board.duty(service, slot).rests:
                if board.active[slot + distance] & bit:
                    slots.add(slot + distance)
        return slots

    # Moves

    def assign(self, person: PersonNumber, unit: Unit) -> None:
        """Assign a unit to somebody."""
        for half in unit:
            self._put(person, half)
            self._log.append((True, person, half))

    def release(self, person: PersonNumber, unit: Unit) -> None:
        """Take a unit away from somebody."""
        for half in unit:
            self._take(person, half)
            self._log.append((False, person, half))

    def mark(self) -> int:
        """Return a point in time to which `undo` can go back."""
        return len(self._log)

    def undo(self, mark: int) -> None:
        """Undo all moves since a mark."""
        while len(self._log) > mark:
            was_put, person, half = self._log.pop()
            (self._take if was_put else self._put)(person, half)

    def snapshot(self) -> Snapshot:
        """Return what this run has assigned, to go back to it by `restore`."""
        return [dict(added) for added in self.board.added]

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to what this run had assigned, and keep that."""
        for person in self.board.everyone:
            for slot, service in list(self.board.added[person].items()):
                if snapshot[person].get(slot) != service:
                    self.release(person, (Half(service, slot),))
        for person in self.board.everyone:
            for slot, service in snapshot[person].items():
                if slot not in self.board.added[person]:
                    self.assign(person, (Half(service, slot),))
        self.keep()

    def keep(self) -> None:
        """Make all moves so far final."""
        self._changed.append(mask_of({person for _, person, _ in self._log}))
        self._log.clear()

    @property
    def version(self) -> int:
        """How often moves have been kept."""
        return len(self._changed)

    def changed_since(self, version: int) -> Mask:
        """Return whose shifts have changed since a version."""
        people = NO_ONE
        for changed in self._changed[version:]:
            people |= changed
        return people

    def _put(self, person: PersonNumber, half: Half) -> None:
        board, (service, slot), bit = self.board, half, 1 << person
        shift = board.shifts[slot, service]
        firm_open = shift.now.firm_open
        board.assign(person, service, slot)
        self._count(service, -1, shift.now.firm_open - firm_open)
        self.spread.fill(half)
        self.works[half] = self.works.get(half, NO_ONE) | bit
        if self.partners(half) & bit:
            self._pairs += 1
        if not shift.open.total:
            self.open[service].discard(slot)
        if board.used[service][person] > board.quota[service][person]:
            self.overdrawn.add((person, service))

    def _take(self, person: PersonNumber, half: Half) -> None:
        board, (service, slot), bit = self.board, half, 1 << person
        shift = board.shifts[slot, service]
        firm_open = shift.now.firm_open
        board.release(person, slot)
        self._count(service, 1, shift.now.firm_open - firm_open)
        self.spread.leave_open(half)
        self.works[half] ^= bit
        if self.partners(half) & bit:
            self._pairs -= 1
        self.open[service].add(slot)
        if board.used[service][person] <= board.quota[service][person]:
            self.overdrawn.discard((person, service))

    def _count(self, service: ServiceNumber, places: int, firm: int) -> None:
        """Count `places` more open places, `firm` of them firm; fewer when the numbers are negative."""
        if self._on_call[service]:
            self._open[0] += places
        else:
            self._open[1] += firm
            self._open[2] += places - firm
