"""Scenes: small rosters by the names of people and services, a draft to move shifts on, and what a plan comes to."""

from __future__ import annotations

from typing import Any

from greedy.domain.models import Assignment, Dagdeel, Status
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from greedy.solver.board import Board
from greedy.solver.chains import Chains
from greedy.solver.draft import Draft, Value
from greedy.solver.halves import Half
from greedy.solver.numbering import NO_ONE, PersonNumber, bits
from greedy.solver.pairing import pair_duties
from greedy.solver.parameters import DEFAULT, Parameters
from tests.support.factories import Raw, assignment, day, employee, qualification, requirement, tables

Counts = tuple[int, int, int]
"""On-call places filled, others filled, 24-hour duties."""

GREEDY_ALONE = Parameters(repair=False)
"""No repair of the greedy pass."""

UNSHARED = Parameters(rounds=0)
"""As much as possible filled and paired, but no work shared out."""

LIMIT = 50
"""Situations that a search may look at, far more than these scenes have."""


DAGDEEL = {"DIA": "A", "DDA": "A", "SWZ": "M"}
"""Where a service has its shifts; all others in the morning."""


def solve(raw: dict[str, list[Raw]], parameters: Parameters = DEFAULT) -> GreedyProcessor:
    """Run FASE 2 and 3."""
    solved = GreedyProcessor(build_workspace(raw), parameters=parameters)
    solved.process()
    return solved


def planned(raw: dict[str, list[Raw]]) -> tuple[GreedyProcessor, list[Assignment]]:
    """Run FASE 2 and 3; return the records, too."""
    solved = solve(raw)
    return solved, list(solved.workspace.assignments)


def counts(solved: GreedyProcessor) -> Counts:
    """Return what the first three aims come to."""
    board = solved.board
    filled = {True: 0, False: 0}
    for (_, service), shift in board.shifts.items():
        filled[board.services[service].is_system] += shift.needed.total - shift.open.total
    return filled[True], filled[False], pair_duties(board).pairs


def roster(*requirements: Raw, can: dict[str, str], quota: int = 9, **given: Any) -> dict[str, list[Raw]]:
    """Return a roster in which `can` says who can do what: {"E1": "ECH OSP"}."""
    return tables(
        employees=[employee(person) for person in can],
        roster_period_staffing_dagdelen=list(requirements),
        roster_employee_services=[
            qualification(person, code, quota) for person, codes in can.items() for code in codes.split()
        ],
        **given,
    )


def who(solved: GreedyProcessor) -> dict[str | None, str]:
    """Return service -> person, of what was added."""
    return {
        record.service_id: record.employee_id
        for record in solved.workspace.assignments
        if record.status is Status.ACTIVE
    }


class Scene:
    """A draft, with people and services by their names, and a shift by service and day."""

    def __init__(self, raw: dict[str, list[Raw]], *given: tuple[str, str, int]) -> None:
        self.board = Board(build_workspace(raw))
        for person, code, number in given:
            self.board.assign(self.person(person), *self.half(code, number))
        self.draft = Draft(self.board)

    def person(self, name: str) -> PersonNumber:
        return self.board.person_number[name]

    def half(self, code: str, number: int) -> Half:
        dagdeel = DAGDEEL.get(code, "O")
        return Half(self.board.service_number[code], self.board.slot_number(day(number), Dagdeel(dagdeel)))

    def fill(self, code: str, number: int, need: Value = Value(1, 0, 0)) -> bool:  # noqa: B008
        return Chains(self.draft, 1_000).fill(self.half(code, number), need, LIMIT)

    def unite(self, number: int, *, effort: int = 1_000, limit: int = 50) -> bool:
        morning, evening = self.half("DIO", number), self.half("DIA", number)
        return Chains(self.draft, effort).unite(morning, evening, limit)

    def who(self, code: str, number: int) -> list[str]:
        return [self.board.people[at].id for at in bits(self.draft.works.get(self.half(code, number), NO_ONE))]


def nights(*numbers: int) -> list[Raw]:
    return [requirement("DIA", date=day(number), dagdeel="A") for number in numbers]


def demand(*shifts: tuple[str, int]) -> list[Raw]:
    return [requirement(code, date=day(number), dagdeel=DAGDEEL.get(code, "O")) for code, number in shifts]


def mornings(**planned: int) -> list[Raw]:
    return [assignment(person, date=day(number), service_id="DIO") for person, number in planned.items()]


def away(person: str, number: int, dagdeel: str = "O") -> Raw:
    return assignment(person, date=day(number), dagdeel=dagdeel, status=3, service_id=None)
