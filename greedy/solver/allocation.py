"""Which requirement row each person fills, for databases that link assignments to requirements.

How many places of a shift are filled follows from the headcount alone (`greedy.domain.demand`). This module decides who
fills which of those places: everybody who fills one is matched to exactly one requirement row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from greedy.domain.models import Assignment, Requirement, Slot, Status, StoredAssignment, Team, TeamDemand, Workspace
from greedy.solver.board import Board
from greedy.solver.numbering import Indexed, PersonNumber, ServiceNumber, SlotNumber

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

    People who were planned before the run keep the requirement that their own row names while it has a place, so that
    the row and the counter of its requirement agree. People whom this run has added fill a place by team (rule 4):
    Groen and Oranje their own team's row first, then TOT; Overig TOT, then GRO, then ORA.
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
        places = _Places(board.team, requirements)
        left = places.keep_named(sorted(stored[key], key=lambda planned: planned[0]))
        by_choice = sorted(added[key], key=lambda person: (board.team[person] is Team.OVERIG, person))
        for person in (*by_choice, *left):
            places.find(person)
        requirement_of |= {board.slot_of(person, key[0]): id_ for person, id_ in places.taken.items()}
        filled |= places.filled()
    return Allocation(requirement_of, filled)


class _Places:
    """The matching of one shift's people to its places: bipartite, by augmenting paths (Kuhn, 1955).

    Attributes:
        taken: Person -> id of the requirement row whose place they fill.
    """

    def __init__(self, team: Indexed[PersonNumber, Team], requirements: Iterable[Requirement]) -> None:
        self._team = team
        self._row = {requirement.team: requirement.id for requirement in requirements}
        self._size = {requirement.id: requirement.needed for requirement in requirements}
        self._left = dict(self._size)
        self._planned: set[PersonNumber] = set()
        self.taken: dict[PersonNumber, str] = {}

    def keep_named(self, people: Iterable[tuple[PersonNumber, str | None]]) -> list[PersonNumber]:
        """Put people planned before the run on a place of the row that they name; return those who get none."""
        left = []
        for person, named in people:
            self._planned.add(person)
            if named in self._size and self._has_room(named):
                self._take(person, named)
            else:
                left.append(person)
        return left

    def find(self, person: PersonNumber) -> bool:
        """Find a place for a person, moving others to another place that they may fill where that is needed."""
        return self._find(person, set())

    def _find(self, person: PersonNumber, seen: set[str]) -> bool:
        for id_ in self._choices(person):
            if self._has_room(id_):
                self._take(person, id_)
                return True
        for id_ in self._choices(person):
            if id_ in seen:
                continue
            seen.add(id_)
            for other in [other for other, row in self.taken.items() if row == id_]:
                if self._find(other, seen):
                    self._take(person, id_)
                    return True
        return False

    def _choices(self, person: PersonNumber) -> list[str]:
        """Return the rows that a person may fill: by team, then, for people planned before the run, all others."""
        order = _order(self._team[person], planned=person in self._planned)
        return [self._row[team] for team in order if team in self._row]

    def _has_room(self, id_: str) -> bool:
        return self._left[id_] > 0

    def _take(self, person: PersonNumber, id_: str) -> None:
        """Put a person on a place of a row, freeing the place that they had."""
        if person in self.taken:
            self._left[self.taken[person]] += 1
        self.taken[person] = id_
        self._left[id_] -= 1

    def filled(self) -> dict[str, int]:
        """Return how many places of each row are taken."""
        return {id_: size - self._left[id_] for id_, size in self._size.items()}


@cache
def _order(team: Team, *, planned: bool) -> tuple[TeamDemand, ...]:
    """Return the rows that a team may fill, its own first; with `planned`, all other rows follow."""
    own = OWN_ROW.get(team)
    by_team = tuple(TeamDemand) if own is None else (own, TeamDemand.TOT)
    return tuple(dict.fromkeys((*by_team, *(TeamDemand if planned else ()))))


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


def moved_rows(board: Board, allocation: Allocation) -> dict[str, str]:
    """Return the requirement that each of the job's own rows fills now, where it is not the one that the row names.

    Planners' rows are left as they are. So are rows that name no requirement: the table has no such column, or somebody
    has cleared it.

    Returns:
        Id of the row -> id of the requirement.
    """
    word, found = board.workspace.words.assigned, allocation.requirement_of
    return {
        row.id: found[row.slot]
        for row in board.workspace.stored
        if row.status is Status.ACTIVE
        and row.source == word
        and row.requirement_id is not None
        and found.get(row.slot, row.requirement_id) != row.requirement_id
    }


def name_requirements(board: Board, records: Iterable[Assignment]) -> list[Assignment]:
    """Return a run's records with the employee's team, and with the requirement whose place each fills."""
    requirement_of = allocate_rows(board).requirement_of
    team = {person.id: person.team.value for person in board.people}
    return [
        Assignment(
            roster_id=record.roster_id,
            employee_id=record.employee_id,
            date=record.date,
            dagdeel=record.dagdeel,
            service_id=record.service_id,
            status=record.status,
            source=record.source,
            notes=record.notes,
            blocking_future=record.blocking_future,
            team=team[record.employee_id],
            requirement_id=requirement_of.get(record.slot) if record.status is Status.ACTIVE else None,
            blocked_by=record.blocked_by,
        )
        for record in records  # field by field: `dataclasses.replace` takes three times as long
    ]
