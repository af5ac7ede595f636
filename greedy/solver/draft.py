"""The assignments of this run as a draft: what repair moves about, with every move undone as easily as made.

A *half* is one service at one slot; a *unit* is what one person takes as a whole: a half, or both halves of a 24-hour
duty. What was there before the run is no part of the draft, and never moves.
"""

from __future__ import annotations

from typing import NamedTuple

from greedy.solver.board import Board

NOBODY = -1
"""Who has the open places."""


class Half(NamedTuple):
    """A service at a slot, by their numbers."""

    service: int
    slot: int


Unit = tuple[Half, ...]
"""One half, or a morning and an evening."""


class Value(NamedTuple):
    """What a draft is worth, the most important first: more is better."""

    on_call: int = 0
    other: int = 0
    pairs: int = 0


class Draft:
    """A board whose new assignments can be moved.

    Attributes:
        board: The board.
        open: The open slots of each service.
        works: Who works a half: a mask; those before the run as well.
        overdrawn: The (person, service) of which more is worked than the quota allows, for the time being.
    """

    def __init__(self, board: Board) -> None:
        self.board = board
        self.open: list[set[int]] = [set() for _ in board.services]
        for (slot, service), shift in board.shifts.items():
            if shift.open.total:
                self.open[service].add(slot)
        self.works: dict[Half, int] = {}
        for (person, slot), worked in board.works.items():
            if worked is not None:
                half = Half(worked, slot)
                self.works[half] = self.works.get(half, 0) | 1 << person
        self.overdrawn: set[tuple[int, int]] = set()
        self._filled = [0, 0]
        for added in board.added:
            for service in added.values():
                self._filled[board.services[service].is_system] += 1
        self._pairs = sum(  # of this period alone: neither rosters beside it count, nor does their work move
            self.paired(Half(service, slot)).bit_count()
            for slot, service in board.shifts
            if board.duty(service, slot).is_morning
        )
        self._log: list[tuple[bool, int, Half]] = []
        self._changed: list[int] = []
        self._could: dict[Half, int] = {}

    @property
    def value(self) -> Value:
        """What the draft is worth now: new on-call shifts, new other shifts, 24-hour duties."""
        other, on_call = self._filled
        return Value(on_call, other, self._pairs)

    def open_halves(self, *, on_call: bool) -> list[Half]:
        """The open places of on-call services, or of the others, in the order of their slots."""
        return sorted(
            (
                Half(service, slot)
                for service, slots in enumerate(self.open)
                if self.board.services[service].is_system is on_call
                for slot in slots
            ),
            key=lambda half: (half.slot, half.service),
        )

    def is_wanted(self, half: Half) -> bool:
        """Tell whether a place is open and someone has quota for it: moving shifts only passes quota on."""
        service, slot = half
        return slot in self.open[service] and bool(self.board.unspent[service] & self.board.qualified[service])

    def partners(self, half: Half) -> int:
        """Who works the other half of a 24-hour duty."""
        partner = self.board.duty(*half).partner
        return 0 if partner is None else self.works.get(Half(partner[0], half.slot + partner[1]), 0)

    def alone(self, half: Half) -> int:
        """Who works a half of a 24-hour duty without the other."""
        return self.works.get(half, 0) & ~self.partners(half)

    def paired(self, half: Half) -> int:
        """Who works a half of a 24-hour duty, and the other as well."""
        return self.works.get(half, 0) & self.partners(half)

    def free(self, half: Half) -> int:
        """Who may take a half now, whatever their quota."""
        return self.board.qualified[half.service] & self.board.free(*half)

    def could(self, unit: Unit) -> int:
        """Who could take a unit if all of the draft's assignments were taken back."""
        people = -1
        for half in unit:
            known = self._could.get(half)
            if known is None:
                known = self._could[half] = self.board.possible(*half)
            people &= known
        return people

    def unit_at(self, person: int, slot: int) -> Unit:
        """The unit to which a new assignment belongs: with its other half, if that is new too."""
        added = self.board.added[person]
        half = Half(added[slot], slot)
        duty = self.board.duty(*half)
        if duty.partner is not None:
            service, distance = duty.partner
            if added.get(slot + distance) == service:
                other = Half(service, slot + distance)
                return (half, other) if duty.is_morning else (other, half)
        return (half,)

    def in_the_way(self, person: int, unit: Unit) -> set[int]:
        """The slots of what someone who could take a unit must give up: work then, or that needs or spoils the rest."""
        board, bit = self.board, 1 << person
        slots = set()
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

    def assign(self, person: int, unit: Unit) -> None:
        """Give a unit to somebody."""
        for half in unit:
            self._put(person, half)
            self._log.append((True, person, half))

    def release(self, person: int, unit: Unit) -> None:
        """Take a unit from somebody."""
        for half in unit:
            self._take(person, half)
            self._log.append((False, person, half))

    def mark(self) -> int:
        """A point in time to which `undo` can go back."""
        return len(self._log)

    def undo(self, mark: int) -> None:
        """Undo all moves since a mark."""
        while len(self._log) > mark:
            was_put, person, half = self._log.pop()
            (self._take if was_put else self._put)(person, half)

    def keep(self) -> None:
        """Let all moves so far stand."""
        self._changed.append(sum(1 << person for person in {person for _, person, _ in self._log}))
        self._log.clear()

    @property
    def version(self) -> int:
        """How often moves have been kept."""
        return len(self._changed)

    def changed_since(self, version: int) -> int:
        """Whose shifts have changed since a version: a mask."""
        people = 0
        for changed in self._changed[version:]:
            people |= changed
        return people

    def _put(self, person: int, half: Half) -> None:
        board, (service, slot), bit = self.board, half, 1 << person
        board.assign(person, service, slot)
        self.works[half] = self.works.get(half, 0) | bit
        if self.partners(half) & bit:
            self._pairs += 1
        self._filled[board.services[service].is_system] += 1
        if not board.shifts[slot, service].open.total:
            self.open[service].discard(slot)
        if board.used[service][person] > board.quota[service][person]:
            self.overdrawn.add((person, service))

    def _take(self, person: int, half: Half) -> None:
        board, (service, slot), bit = self.board, half, 1 << person
        board.release(person, slot)
        self.works[half] ^= bit
        if self.partners(half) & bit:
            self._pairs -= 1
        self._filled[board.services[service].is_system] -= 1
        self.open[service].add(slot)
        if board.used[service][person] <= board.quota[service][person]:
            self.overdrawn.discard((person, service))
