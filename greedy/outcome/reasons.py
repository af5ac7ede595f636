"""Why a replan takes a shift from somebody: what began the chain of moves that it is part of.

A chain begins where somebody may not keep a shift: their leave, quota or qualification is in the way, or the shift
needs fewer people. It may also begin with a place that was open, and that can be filled. Who takes the shift may have
to give another up for it, and so on. What is in no such chain moves for a pair, or so that what stays open hurts less.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from greedy.domain.models import Dagdeel, Slot, Status, StoredAssignment, Workspace
from greedy.solver.board import Board
from greedy.solver.draft import Draft
from greedy.solver.halves import Half
from greedy.solver.numbering import PersonNumber
from greedy.solver.obstacles import Obstacle, obstacle

Holding = tuple[PersonNumber, Half]
"""Somebody works a half."""


class Why(StrEnum):
    """What made a move necessary."""

    LEAVE = "leave"
    ENTRY = "entry"
    REST = "rest"
    QUOTA = "quota"
    QUALIFICATION = "qualification"
    LEFT = "left"
    DEMAND = "demand"
    OPEN = "open"
    PAIR = "pair"
    SPREAD = "spread"
    RESHUFFLE = "reshuffle"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a shift changes hands.

    Attributes:
        why: What made it necessary: somebody's `leave`, an `entry` of a planner in their slot, `rest` after another
            duty, their `quota` or `qualification`, that they have `left`, less `demand`; or a place that was `open`, a
            `pair`, the `spread` of what stays open, or that a `reshuffle` was asked for.
        employee_id: Whose leave, quota and so on it is; None where it is nobody's.
        date: Of the shift with which it began, as are `dagdeel` and `service_code`.
    """

    why: Why
    employee_id: str | None
    date: dt.date
    dagdeel: Dagdeel
    service_code: str


def reasons(
    before: Workspace,
    after: Workspace,
    own: Sequence[StoredAssignment],
    taken_back: Iterable[StoredAssignment],
    *,
    reshuffle: bool = False,
) -> dict[Slot, Reason]:
    """Return why each shift that is taken back was taken from its person, by its slot.

    Args:
        before: The roster as it was read.
        after: The roster as it is planned.
        own: The job's duties in it.
        taken_back: Those of them that are opened.
        reshuffle: Whether it was planned from nothing.
    """
    return _Reasons(before, after, own, taken_back, reshuffle=reshuffle).found


class _Reasons:
    """Follows the moves from where they began."""

    def __init__(
        self,
        before: Workspace,
        after: Workspace,
        own: Sequence[StoredAssignment],
        taken_back: Iterable[StoredAssignment],
        *,
        reshuffle: bool,
    ) -> None:
        ids = {row.id for row in own}
        self._before = before
        self._own = own
        self._board = Board(_with(before, [row for row in before.stored if row.id not in ids]))
        self.found: dict[Slot, Reason] = {}
        self._lost = [self._holding(row.slot, row.service_id) for row in taken_back]
        self._open = set(self._lost)
        self._came: defaultdict[Half, list[PersonNumber]] = defaultdict(list)
        for record in after.assignments:
            if record.status is Status.ACTIVE:
                person, half = self._holding(record.slot, record.service_id)
                self._came[half].append(person)
        self._follow([(holding, why) for holding in self._lost if (why := self._direct(holding))])
        self._follow_open_places()
        paired = _pairs(after) > _pairs(_with(before, before.stored))
        rest = Why.RESHUFFLE if reshuffle else Why.PAIR if paired else Why.SPREAD
        for holding in self._lost:
            if holding in self._open:
                self._note(holding, self._reason(rest, None, holding[1]))

    def _holding(self, slot: Slot, service_id: str | None) -> Holding:
        person, service, number = self._board.numbers(slot, str(service_id))
        return person, Half(service, number)

    def _reason(self, why: Why, person: PersonNumber | None, half: Half) -> Reason:
        board = self._board
        who = None if person is None else board.people[person].id
        return Reason(why, who, *board.when(half.slot), board.services[half.service].code)

    def _note(self, holding: Holding, reason: Reason) -> None:
        person, half = holding
        self._open.discard(holding)
        self.found[self._board.slot_of(person, half.slot)] = reason

    def _follow(self, starts: Iterable[tuple[Holding, Why]]) -> None:
        """Explain what moves because somebody could not keep a shift, from each such shift on."""
        queue: deque[tuple[Holding, Reason]] = deque()
        for holding, why in starts:
            who = None if why is Why.DEMAND else holding[0]
            queue.append((holding, self._reason(why, who, holding[1])))
        for holding, reason in queue:
            self._note(holding, reason)
        self._go_on(queue)

    def _follow_open_places(self) -> None:
        """Explain what moves so that a place that was open is filled."""
        lost = Counter(half for _, half in self._lost)
        queue: deque[tuple[Holding, Reason]] = deque()
        for half, people in sorted(self._came.items()):
            if len(people) > lost[half]:
                who = self._on_leave(half)
                reason = self._reason(Why.LEAVE if who is not None else Why.OPEN, who, half)
                for person in people:
                    self._take(person, reason, queue)
        self._go_on(queue)

    def _go_on(self, queue: deque[tuple[Holding, Reason]]) -> None:
        """Follow each shift to who has it now, and to what they had to give up."""
        while queue:
            (person, half), reason = queue.popleft()
            self._take(person, reason, queue, half)
            for taker in self._came[half]:
                self._take(taker, reason, queue)

    def _take(
        self, person: PersonNumber, reason: Reason, queue: deque[tuple[Holding, Reason]], of_day: Half | None = None
    ) -> None:
        """Let a reason explain what somebody has lost; with `of_day` only the other half of that 24-hour duty."""
        for holding in self._lost:
            if holding in self._open and holding[0] == person and (of_day is None or self._pair(of_day, holding[1])):
                self._note(holding, reason)
                queue.append((holding, reason))

    def _pair(self, one: Half, two: Half) -> bool:
        partner = self._board.duty(*one).partner
        return partner is not None and two == Half(partner[0], one.slot + partner[1])

    def _direct(self, holding: Holding) -> Why | None:
        """Return what keeps somebody from having a shift any longer; None where nothing does."""
        board, (person, half) = self._board, holding
        shift = board.shifts.get((half.slot, half.service))
        if not board.people[person].active:
            return Why.LEFT
        if not board.services[half.service].active or shift is None:
            return Why.DEMAND
        if not board.qualified[half.service] >> person & 1:
            return Why.QUALIFICATION
        found = obstacle(board, person, *half)
        if found is not None:
            return _WHY[found[0]] if not found[1].startswith("unavailable") else Why.LEAVE
        mine = [self._holding(row.slot, row.service_id) for row in self._own]
        used = board.used[half.service].get(person, 0)
        if (
            used + sum(one == person and other.service == half.service for one, other in mine)
            > (board.quota[half.service][person])
        ):
            return Why.QUOTA
        if not board.admitted(shift) >> person & 1 or sum(other == half for _, other in mine) > shift.open.total:
            return Why.DEMAND
        return None

    def _on_leave(self, half: Half) -> PersonNumber | None:
        """Return who is on leave where the job had planned them for a place; None where that is not known.

        A slot that the job has written keeps the time stamp of that writing when a planner enters leave in it.
        """
        written = {row.created_at for row in self._own if row.created_at is not None}
        board = self._board
        people = [
            board.person_number[row.employee_id]
            for row in self._before.stored
            if row.status is Status.UNAVAILABLE
            and row.created_at in written
            and board.slot_number(row.date, row.dagdeel) == half.slot
        ]
        able = [person for person in people if board.quota[half.service].get(person, 0)]
        return able[0] if len(able) == 1 else None


_WHY: Mapping[Obstacle, Why] = {
    Obstacle.SERVICE_INACTIVE: Why.DEMAND,
    Obstacle.EMPLOYEE_INACTIVE: Why.LEFT,
    Obstacle.UNAVAILABLE: Why.LEAVE,
    Obstacle.WORKS: Why.ENTRY,
    Obstacle.RESTS: Why.REST,
    Obstacle.BLOCKED: Why.ENTRY,
    Obstacle.QUOTA_USED: Why.QUOTA,
    Obstacle.WOULD_LOSE_REST: Why.REST,
}


def _with(workspace: Workspace, stored: Iterable[StoredAssignment]) -> Workspace:
    return replace(workspace, stored=tuple(stored), assignments=[])


def _pairs(workspace: Workspace) -> int:
    board = Board(workspace)
    board.assign_all(workspace.assignments)
    return Draft(board).value.pairs
