"""The whole roster by slot: what everybody does, and who planned it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from greedy.domain.duties import DutyRules
from greedy.domain.models import (
    Dagdeel,
    Employee,
    Requirement,
    Service,
    Slot,
    Status,
    StoredAssignment,
    Team,
    Workspace,
)
from greedy.domain.source import SourceWords
from greedy.page.colours import colour_classes
from greedy.solver.board import Board


class Held(StrEnum):
    """What holds a slot."""

    NEW = "new"
    EARLIER = "earlier"
    HAND = "hand"
    REST = "rest"
    AWAY = "away"


WORK = frozenset({Held.NEW, Held.EARLIER, Held.HAND})


class Entry(NamedTuple):
    """What somebody does on a slot; `service_id` is None where no service is worked."""

    held: Held
    service_id: str | None


class Duty(NamedTuple):
    """Work that needs rest, or that stands in its way. `code` is None where the service is not known."""

    code: str | None
    date: dt.date
    dagdeel: Dagdeel


class Book:
    """A workspace's rows and what the run adds to them, by slot.

    Attributes:
        entries: What holds each slot inside the period; an open slot has no entry.
        rests: Slot of rest -> the earliest duty after which it is rest, duties of the roster before included.
        used: (employee id, service id or None) -> shifts worked, those of this run included.
        quotas: (employee id, service id) -> quota.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Read a workspace."""
        self.workspace = workspace
        self.people: dict[str, Employee] = {employee.id: employee for employee in workspace.employees}
        self.services: dict[str, Service] = {service.id: service for service in workspace.services}
        self.by_code: dict[str, Service] = {service.code: service for service in workspace.services}
        self.names = _names(workspace.employees)
        self._halves = _halves(workspace.duties)
        self.colours = colour_classes(self.ordered_services(set(self.by_code)), self._halves)
        self.entries: dict[Slot, Entry] = {}
        for row in workspace.stored:
            self.entries[row.slot] = Entry(_held(row, workspace.words), row.service_id)
        for record in workspace.assignments:
            held = Held.NEW if record.status is Status.ACTIVE else Held.REST
            self.entries[record.slot] = Entry(held, record.service_id)
        self.work: dict[Slot, str | None] = {row.slot: row.service_id for row in workspace.neighbours}
        self.work |= {slot: entry.service_id for slot, entry in self.entries.items() if entry.held in WORK}
        self.rests = self._rests()
        self.used = Counter(
            (slot.employee_id, entry.service_id) for slot, entry in self.entries.items() if entry.held in WORK
        )
        self.quotas = {(row.employee_id, row.service_id): row.quota for row in workspace.qualifications}

    def code(self, service_id: str | None) -> str | None:
        """Code of a service; None where none is known."""
        return self.services[service_id].code if service_id is not None else None

    def ordered_services(self, codes: set[str]) -> list[Service]:
        """Return services in a planner's order: on-call duties by pair, then the others by code."""
        return sorted((self.by_code[code] for code in codes), key=lambda service: _reading_order(service, self._halves))

    def ordered_people(self) -> list[Employee]:
        """Return the people by team and name: those who are active, and those who are not but hold a slot."""
        holders = {slot.employee_id for slot in self.entries}
        people = [person for person in self.workspace.employees if person.active or person.id in holders]
        teams = list(Team)
        return sorted(
            people, key=lambda person: (teams.index(person.team), self.names[person.id].casefold(), person.id)
        )

    def duty(self, slot: Slot) -> Duty | None:
        """What somebody works on a slot, outside the period too; None when nothing."""
        return Duty(self.code(self.work[slot]), slot.date, slot.dagdeel) if slot in self.work else None

    def asks_only_may(self, date: dt.date, dagdeel: Dagdeel, service_id: str | None) -> bool:
        """Whether a shift may be filled, but need not be: all its requirements are MAG."""
        return self._firm.get((date, dagdeel, service_id)) is False

    def surplus(self, date: dt.date, dagdeel: Dagdeel, code: str) -> int:
        """Count the people planned before the run for a shift beyond its places."""
        return max(0, self._beyond[date, dagdeel, self.by_code[code].id])

    def weeks(self) -> Iterator[list[dt.date]]:
        """Yield the roster's weeks, each seven days from Monday, those outside the period included."""
        roster = self.workspace.roster
        monday = roster.start_date - dt.timedelta(days=roster.start_date.weekday())
        while monday <= roster.end_date:
            yield [monday + dt.timedelta(days=number) for number in range(7)]
            monday += dt.timedelta(days=7)

    @cached_property
    def are_weighted(self) -> bool:
        """Whether shifts of some services that are worked here count more than those of others."""
        return len({service.worth for service in self.services.values() if service.active}) > 1

    @cached_property
    def board(self) -> Board:
        """The roster with what the run adds, as the rules see it."""
        board = Board(self.workspace)
        board.assign_all(self.workspace.assignments)
        return board

    def filled_before(self, row: Requirement) -> int:
        """Count the places of a requirement that were filled before the run."""
        shift = self.board.shift_of(row)
        return shift.needed.of(row.team) - shift.vacant.of(row.team)

    @cached_property
    def _firm(self) -> dict[tuple[dt.date, Dagdeel, str | None], bool]:
        """Per shift that is asked for, whether any of its requirements is MOET or AANGEPAST."""
        firm: dict[tuple[dt.date, Dagdeel, str | None], bool] = {}
        for row in self.workspace.requirements:
            key = row.date, row.dagdeel, row.service_id
            firm[key] = row.firm or firm.get(key, False)
        return firm

    @cached_property
    def _beyond(self) -> Counter[tuple[dt.date, Dagdeel, str | None]]:
        """Per shift, the people planned before the run less the places."""
        beyond = Counter(
            (row.date, row.dagdeel, row.service_id) for row in self.workspace.stored if row.status is Status.ACTIVE
        )
        for row in self.workspace.requirements:
            beyond[row.date, row.dagdeel, row.service_id] -= row.needed
        return beyond

    def _rests(self) -> dict[Slot, Duty]:
        rests: dict[Slot, Duty] = {}
        for slot in sorted(self.work, key=lambda slot: (slot.date, slot.dagdeel.order, slot.employee_id)):
            code = self.code(self.work[slot])
            for date, dagdeel in self.workspace.duties.rest_slots(code, slot.date, slot.dagdeel):
                rests.setdefault(Slot(slot.employee_id, date, dagdeel), Duty(code, slot.date, slot.dagdeel))
        return rests


def _held(row: StoredAssignment, words: SourceWords) -> Held:
    if row.status is Status.ACTIVE:
        return Held.EARLIER if row.source == words.assigned else Held.HAND
    return Held.REST if row.status is Status.BLOCKED else Held.AWAY


def _names(employees: tuple[Employee, ...]) -> dict[str, str]:
    """Return everybody's name in one line; the id stands in for a name that is missing, and tells namesakes apart."""
    names = {person.id: " ".join(f"{person.first_name} {person.last_name}".split()) for person in employees}
    shared = Counter(names.values())
    return {
        id_: name if name and shared[name] == 1 else f"{name} ({id_})" if name else id_ for id_, name in names.items()
    }


def _halves(duties: DutyRules) -> dict[str, int]:
    """Number the services that are half of a 24-hour duty: two numbers in a row, an even one for the first half."""
    pairs = [(morning.code, evening.code) for morning, evening in duties.evenings.items()]
    return {code: 2 * place + half for place, pair in enumerate(pairs) for half, code in enumerate(pair)}


def _reading_order(service: Service, halves: dict[str, int]) -> tuple[bool, int, str]:
    return not service.is_system, halves.get(service.code, 2 * len(halves)), service.code
