"""Who fills which requirement row, as databases record it that tie rows together.

How many places of a shift are filled follows from the headcount alone (`greedy.domain.demand`). Here those places are
given names: of the people who work the shift, each fills the place of one requirement row, as many as are filled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from greedy.domain.models import Assignment, Requirement, Slot, Status, StoredAssignment, Team, TeamDemand, Workspace
from greedy.solver.board import Board
from greedy.solver.numbering import PersonNumber, ServiceNumber, SlotNumber

ShiftKey = tuple[SlotNumber, ServiceNumber]

OWN_ROW: Mapping[Team, TeamDemand] = {Team.GROEN: TeamDemand.GRO, Team.ORANJE: TeamDemand.ORA}
"""The row that a team takes first; Overig has none of its own."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Which requirement rows a roster's ACTIVE rows fill.

    Attributes:
        requirement_of: Slot -> id of the requirement whose place its employee fills; people beyond the demand fill
            none.
        filled: Id of each requirement -> the places of it that are filled.
    """

    requirement_of: Mapping[Slot, str]
    filled: Mapping[str, int]


def allocate_rows(board: Board) -> Allocation:
    """Allocate the staff of each shift to its requirement rows.

    Who was there before keeps the place of the requirement that their own row names, as long as whom this run has added
    find one by team (rule 4): Groen and Oranje of their own team's row first, then TOT; Overig TOT, then GRO, then ORA.
    Of the others who were there before each fills one by team, else any.
    """
    rows: dict[ShiftKey, list[Requirement]] = defaultdict(list)
    for requirement in board.workspace.requirements:
        rows[board.shift_key(requirement)].append(requirement)
    stored: dict[ShiftKey, list[tuple[PersonNumber, str | None]]] = defaultdict(list)
    for row in board.workspace.stored:
        if row.status is Status.ACTIVE and row.service_id is not None:
            person, service, slot = board.numbers(row.slot, row.service_id)
            stored[slot, service].append((person, row.requirement_id))
    added: dict[ShiftKey, list[PersonNumber]] = defaultdict(list)
    for person in board.everyone:
        for slot, service in board.added[person].items():
            added[slot, service].append(person)
    requirement_of: dict[Slot, str] = {}
    filled: dict[str, int] = {}
    for key, requirements in rows.items():
        there = sorted(stored[key], key=lambda row: row[0])
        places = _Places(board, key, requirements)
        left = places.keep_named(there)
        if places.fill_by_team(added[key]):  # somebody keeps a place that only one of those whom the run adds may fill
            places = _Places(board, key, requirements)
            places.fill_by_team(added[key])
            left = places.keep_named(there)
        for person in places.fill_by_team(left):
            places.fill_any(person)
        requirement_of |= {board.slot_of(person, key[0]): id_ for person, id_ in places.taken.items()}
        for requirement in requirements:
            filled[requirement.id] = sum(id_ == requirement.id for id_ in places.taken.values())
    return Allocation(requirement_of, filled)


class _Places:
    """The places of one shift that are filled, while they are given to people.

    Attributes:
        taken: Person -> id of the requirement row whose place they fill.
    """

    def __init__(self, board: Board, key: ShiftKey, requirements: Iterable[Requirement]) -> None:
        shift = board.shifts[key]
        self._team = board.team
        self._row = {requirement.team: requirement.id for requirement in requirements}
        self._free = {id_: shift.needed.of(team) - shift.open.of(team) for team, id_ in self._row.items()}
        self.taken: dict[PersonNumber, str] = {}

    def fill_by_team(self, people: Iterable[PersonNumber]) -> list[PersonNumber]:
        """Fill places with people whose team may fill them; return those for whom there is none."""
        left = []
        for person in sorted(people, key=lambda person: (self._team[person] is Team.OVERIG, person)):
            own = OWN_ROW.get(self._team[person])
            order = tuple(TeamDemand) if own is None else (own, TeamDemand.TOT)
            if not any(self._take(person, self._row.get(team)) for team in order):
                left.append(person)
        return left

    def keep_named(self, people: Iterable[tuple[PersonNumber, str | None]]) -> list[PersonNumber]:
        """Let people keep a place of the row that they name; return those for whom there is none."""
        return [person for person, named in people if not self._take(person, named)]

    def fill_any(self, person: PersonNumber) -> None:
        """Let a person take any place that is left."""
        any(self._take(person, id_) for id_ in self._row.values())

    def _take(self, person: PersonNumber, id_: str | None) -> bool:
        if id_ is None or not self._free.get(id_, 0):
            return False
        self._free[id_] -= 1
        self.taken[person] = id_
        return True


def touched_requirements(
    workspace: Workspace, added: Iterable[Assignment], taken_back: Iterable[StoredAssignment] = ()
) -> set[str]:
    """Return the ids of the requirements of all shifts that a run changes.

    Args:
        workspace: The roster.
        added: What the run adds to it.
        taken_back: What it takes back.
    """
    shifts = {(row.date, row.dagdeel, row.service_id) for row in added}
    shifts |= {(row.date, row.dagdeel, row.service_id) for row in taken_back}
    return {row.id for row in workspace.requirements if (row.date, row.dagdeel, row.service_id) in shifts}


def name_requirements(board: Board, records: Iterable[Assignment]) -> list[Assignment]:
    """Return a run's records with the employee's team, and with the requirement whose place each fills."""
    requirement_of = allocate_rows(board).requirement_of
    team = {person.id: person.team.value for person in board.people}
    return [
        replace(
            record,
            team=team[record.employee_id],
            requirement_id=requirement_of.get(record.slot) if record.status is Status.ACTIVE else None,
        )
        for record in records
    ]
