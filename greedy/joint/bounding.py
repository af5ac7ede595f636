"""How many larger quotas it takes at least: what each service lacks by itself, whatever the others need.

Somebody can take as many places of a service as their quota has left, at most one per slot, and a duty only after the
rest of the one before. The most places that can be filled in this way are a maximum flow from people to shifts, found
by augmenting paths (L. R. Ford and D. R. Fulkerson, "Maximal flow through a network", Canadian Journal of Mathematics 8
(1956)). Each place beyond that takes a larger quota of its own. Other services, teams and most rest are ignored: so
more may be needed, but never fewer.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque

from greedy.solver.board import Board
from greedy.solver.numbering import PersonNumber, ServiceNumber, SlotNumber, bits


class LeastQuotas:
    """What each service lacks on a board on which nothing is assigned."""

    def __init__(self, board: Board) -> None:
        shifts: dict[ServiceNumber, list[SlotNumber]] = defaultdict(list)
        for (slot, service), shift in sorted(board.shifts.items()):
            shifts[service] += [slot] * shift.open.total
        self._lacks = {
            board.services[service].code: _Flow(board, service, slots).lacking for service, slots in shifts.items()
        }

    def to_fill_all(self) -> int:
        """Return how many larger quotas any set needs that leaves nothing open."""
        return sum(self._lacks.values())

    def to_come_to(self, board: Board) -> int:
        """Return how many larger quotas any set needs that leaves no more open than a board does, of each service."""
        left = Counter[str]()
        for (_, service), shift in board.shifts.items():
            left[board.services[service].code] += shift.open.total
        return sum(max(0, lacking - left[code]) for code, lacking in self._lacks.items())


class _Flow:
    """Who takes which places of one service.

    Attributes:
        lacking: The places for which there is nobody.
    """

    def __init__(self, board: Board, service: ServiceNumber, places: list[SlotNumber]) -> None:
        slots = sorted(set(places))
        self._able = {
            slot: list(bits(board.possible(service, slot) & board.admitted(board.shifts[slot, service])))
            for slot in slots
        }
        can: dict[PersonNumber, list[SlotNumber]] = defaultdict(list)
        for slot, people in self._able.items():
            for person in people:
                can[person].append(slot)
        self._left = {
            person: min(
                board.quota[service].get(person, 0) - board.used[service].get(person, 0),
                _most_with_rest(board, service, some),
            )
            for person, some in can.items()
        }
        self._holds: dict[PersonNumber, set[SlotNumber]] = {person: set() for person in can}
        self.lacking = sum(not self._place(slot) for slot in places)

    def _place(self, slot: SlotNumber) -> bool:
        """Have somebody take a place, if need be by handing on another that they have; return whether anybody could."""
        came: dict[PersonNumber, tuple[PersonNumber | None, SlotNumber]] = {}
        queue: deque[tuple[PersonNumber | None, SlotNumber]] = deque([(None, slot)])
        seen = {slot}
        while queue:
            giver, given = queue.popleft()
            for person in self._able[given]:
                if person in came or given in self._holds[person]:
                    continue
                came[person] = giver, given
                if self._left[person] > len(self._holds[person]):
                    self._hand_on(person, came)
                    return True
                for other in sorted(self._holds[person] - seen):
                    seen.add(other)
                    queue.append((person, other))
        return False

    def _hand_on(self, person: PersonNumber, came: dict[PersonNumber, tuple[PersonNumber | None, SlotNumber]]) -> None:
        """Have somebody, and everybody on the way to them, take the place that the one before gives up."""
        taker: PersonNumber | None = person
        while taker is not None:
            giver, slot = came[taker]
            self._holds[taker].add(slot)
            if giver is not None:
                self._holds[giver].discard(slot)
            taker = giver


def _most_with_rest(board: Board, service: ServiceNumber, slots: list[SlotNumber]) -> int:
    """Return the most shifts of a service that one person can have: one from each group that exclude each other."""
    groups: list[list[SlotNumber]] = []
    for slot in slots:
        if groups and all(slot - other in _rest_of(board, service, other) for other in groups[-1]):
            groups[-1].append(slot)
        else:
            groups.append([slot])
    return len(groups)


def _rest_of(board: Board, service: ServiceNumber, slot: SlotNumber) -> set[int]:
    return {distance for distance, _ in board.duty(service, slot).rests}
