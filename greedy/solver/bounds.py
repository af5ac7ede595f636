"""Upper bounds by counting alone: the most 24-hour duties that there can be, and whether one more place can be filled.

A half that was planned by hand is *dead* if its person cannot have the other half: it makes no pair, but still uses one
shift of the person's quota and one place of its day. Apart from these, nobody can have more pairs than they have quota
for either half, no day more than it has places for either half, and each open place is one half less. Rest, and other
work on the same day, are ignored: so the bound is never too low, and often exact.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from greedy.domain.models import Team
from greedy.solver.draft import Draft
from greedy.solver.halves import Half
from greedy.solver.numbering import (
    EVERYBODY,
    NO_ONE,
    PER_DAY,
    Mask,
    PersonNumber,
    ServiceNumber,
    SlotNumber,
    bits,
    mask_of,
)


@dataclass(frozen=True, slots=True)
class DutyKind:
    """A 24-hour duty.

    Attributes:
        days: Its morning half and its evening half, for each day of the period.
        most: How many there can be at most.
        places: How many halves, over all days, can become part of one.
    """

    days: tuple[tuple[Half, Half], ...]
    most: int
    places: int


class PairBound:
    """The most 24-hour duties that there can be, of each kind and in all.

    Attributes:
        kinds: The kinds of 24-hour duties.
    """

    def __init__(self, draft: Draft) -> None:
        """Count what the rows before the run, the quotas and the places allow; no move of the draft changes that."""
        self.draft = draft
        board = draft.board
        self.kinds = [
            self._kind(service, order, *duty.partner)
            for (service, order), duty in sorted(board.duties.items())
            if duty.is_morning and duty.partner
        ]
        self._halves = {half for kind in self.kinds for day in kind.days for half in day}

    def in_all(self) -> int:
        """Return the most pairs that there can be with as many on-call and other places filled as now."""
        board = self.draft.board
        open_places = spare = 0
        on_call = all(board.services[half.service].is_system for half in self._halves)
        for (slot, service), shift in board.shifts.items():
            if (service, slot) in self._halves:
                open_places += shift.open.total
            elif board.services[service].is_system or not on_call:
                spare += sum(shift.added)  # what could be left open instead of a half
        places = sum(kind.places for kind in self.kinds)
        by_places = (places - max(0, open_places - spare)) // 2
        return min(by_places, sum(kind.most for kind in self.kinds))

    def _kind(self, service: ServiceNumber, order: int, other: ServiceNumber, distance: int) -> DutyKind:
        draft, board = self.draft, self.draft.board
        slots = map(SlotNumber, board.period[order::PER_DAY])
        days = tuple((Half(service, slot), Half(other, slot + distance)) for slot in slots)
        dead: Counter[tuple[ServiceNumber, PersonNumber]] = Counter()
        by_day = places = 0
        for day in days:
            planned = [draft.works.get(half, NO_ONE) & ~self._new(half) for half in day]
            able = EVERYBODY
            for half, people in zip(day, planned, strict=True):
                able &= people | draft.could((half,))
            room = []
            for half, people in zip(day, planned, strict=True):
                dead.update((half.service, person) for person in bits(people & ~able))
                shift = board.shifts.get((half.slot, half.service))
                room.append((people & able).bit_count() + (shift.vacant.total if shift else 0))
            by_day += min(*room, able.bit_count())
            places += sum(room)
        by_person = sum(
            min(self._limit(half, person) - dead[half, person] for half in (service, other))
            for person in board.everyone
        )
        return DutyKind(days, min(by_day, by_person), places)

    def _new(self, half: Half) -> Mask:
        """Return who works a half because this run has assigned it."""
        works = bits(self.draft.works.get(half, NO_ONE))
        return mask_of(person for person in works if half.slot in self.draft.board.added[person])

    def _limit(self, service: ServiceNumber, person: PersonNumber) -> int:
        """Return the most shifts of a service that somebody can have: the quota, or more where more was planned."""
        board = self.draft.board
        return max(board.quota[service].get(person, 0), board.used[service].get(person, 0))


def can_be_filled(draft: Draft, half: Half) -> bool:
    """Whether counting leaves hope that one more place of a service can be filled, starting from an open place.

    There is hope if somebody below their quota could take it; or if somebody could take it in exchange for another of
    their places of this service, which then needs somebody in turn, from a team that demand allows there once they have
    left. Other work of these people, and their rest, are ignored. So this follows every augmenting path in the
    intersection of two matroids, quotas and demand (J. Edmonds, "Submodular functions, matroids, and certain polyhedra"
    (1970); E. L. Lawler, "Matroid intersection algorithms", Mathematical Programming 9 (1975)): where there is none, no
    rearrangement of the run's shifts fills more of this service.
    """
    board, service = draft.board, half.service
    found: set[tuple[SlotNumber, Team]] = set()
    waiting: list[tuple[SlotNumber, Team | None]] = [(half.slot, None)]
    asked = NO_ONE
    while waiting:
        slot, leaving = waiting.pop()
        place = Half(service, slot)
        people = draft.could((place,)) & ~draft.works.get(place, NO_ONE) & ~asked
        people &= board.admitted(board.shifts[slot, service], leaving=leaving)
        if people & board.unspent[service]:
            return True
        asked |= people
        for person in bits(people):
            for other, worked in board.added[person].items():
                if worked == service and (key := (other, board.team[person])) not in found:
                    found.add(key)
                    waiting.append(key)
    return False
