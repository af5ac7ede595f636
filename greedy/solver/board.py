"""The planning board: the one mutable state of a pass, and the hard rules.

For each slot the board keeps a mask of who is ACTIVE, BLOCKED, UNAVAILABLE or resting. So one expression over masks
answers "who may take this shift" for everybody at once, and each hard rule can still be read in one place:
`Board.candidates` and, for the slot and its rest, `Board._free`. The reason why somebody may not take a shift is worked
out in `greedy.solver.obstacles`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from greedy.domain.demand import NO_STAFF, Places, Shift, Staff
from greedy.domain.models import Assignment, Requirement, Status, Team, Workspace
from greedy.solver.duty_numbers import NO_DUTY, DutyInfo, number_duties
from greedy.solver.numbering import NO_ONE, PER_DAY, Indexed, Mask, PersonNumber, ServiceNumber, SlotMask, SlotNumber
from greedy.solver.quotas import FULL, Quotas

Added = dict[SlotNumber, ServiceNumber]
"""What a run has assigned to one person: the service of each slot."""


class State(NamedTuple):
    """Masks that change while a roster is filled: ACTIVE and resting people per slot, people with quota per service."""

    active: Indexed[SlotNumber, Mask]
    resting: Indexed[SlotNumber, Mask]
    unspent: Indexed[ServiceNumber, Mask]


class Board(Quotas):
    """Who works, rests and is away, for every slot of a roster, while it is being filled.

    Attributes:
        active: Per slot, who works.
        blocked: Per slot, who has a BLOCKED row.
        unavailable: Per slot, who has an UNAVAILABLE row.
        resting: Per slot, who needs rest after a duty.
        works: The service that a person works in a slot; None when it is work without a service.
        duties: The duties of this roster, by service and position of the dagdeel in the day.
        shifts: The places of each slot and service, and who fills them.
        added: Per person, what this run has assigned.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Put a workspace's rows on the board."""
        super().__init__(workspace)
        self.active: Indexed[SlotNumber, Mask] = [NO_ONE] * self.slots
        self.blocked: Indexed[SlotNumber, Mask] = [NO_ONE] * self.slots
        self.unavailable: Indexed[SlotNumber, Mask] = [NO_ONE] * self.slots
        self.resting: Indexed[SlotNumber, Mask] = [NO_ONE] * self.slots
        self.works: dict[tuple[PersonNumber, SlotNumber], ServiceNumber | None] = {}
        self._worked: Indexed[PersonNumber, SlotMask] = [SlotMask(0)] * len(self.people)
        self._on_call: Indexed[PersonNumber, SlotMask] = [SlotMask(0)] * len(self.people)
        self.duties = number_duties(self)
        self._reach: list[set[int]] = [set() for _ in range(PER_DAY)]
        for (_, order), duty in self.duties.items():
            for distance, _ in duty.rests:
                self._reach[(order + distance) % PER_DAY].add(distance)
        self._of_teams: dict[tuple[Team, ...], Mask] = {}
        self.added: Indexed[PersonNumber, Added] = [Added() for _ in self.people]
        self._refused = self._refused_people()
        self._put_stored_rows()
        self.shifts = _count_shifts(self)
        self._now = State(self.active, self.resting, self.unspent)
        self._before = State(list(self.active), list(self.resting), list(self.unspent))

    def _put_stored_rows(self) -> None:
        for row in self.workspace.stored:
            person, slot = self.person_number[row.employee_id], self.slot_number(row.date, row.dagdeel)
            if row.status is Status.ACTIVE:
                self._work(person, None if row.service_id is None else self.service_number[row.service_id], slot)
            elif row.status is Status.BLOCKED:
                self.blocked[slot] |= 1 << person
            elif row.status is Status.UNAVAILABLE:
                self.unavailable[slot] |= 1 << person
        for row in self.workspace.neighbours:
            person, slot = self.person_number[row.employee_id], self.slot_number(row.date, row.dagdeel)
            service = None if row.service_id is None else self.service_number[row.service_id]
            self._occupy(person, service, slot)

    def _refused_people(self) -> dict[tuple[ServiceNumber, SlotNumber], Mask]:
        """Return, per service and slot, the people whom the database has refused there (`Workspace.forbidden`)."""
        people: dict[tuple[ServiceNumber, SlotNumber], Mask] = {}
        for slot, service_id in self.workspace.forbidden:
            if slot.employee_id in self.person_number and service_id in self.service_number:
                person, service, number = self.numbers(slot, service_id)
                people[service, number] = people.get((service, number), NO_ONE) | 1 << person
        return people

    def duty(self, service: ServiceNumber, slot: SlotNumber) -> DutyInfo:
        """Return the duty that a service is on a slot's dagdeel; `NO_DUTY` where it is none."""
        return self.duties.get((service, slot % PER_DAY), NO_DUTY)

    def shift_of(self, requirement: Requirement) -> Shift:
        """Return the shift for which a requirement of the workspace asks people."""
        return self.shifts[self.shift_key(requirement)]

    # The hard rules

    def candidates(self, service: ServiceNumber, slot: SlotNumber) -> Mask:
        """Return who may take a service at a slot now by rules 1, 2, 3 and 5; demand (rule 4) is `Shift.admits`."""
        return self.qualified[service] & self.unspent[service] & self._free(service, slot, self._now)

    def possible(self, service: ServiceNumber, slot: SlotNumber) -> Mask:
        """Return who could take a service at a slot if this run's own assignments were all taken back."""
        return self.qualified[service] & self._before.unspent[service] & self._free(service, slot, self._before)

    def free(self, service: ServiceNumber, slot: SlotNumber) -> Mask:
        """Return the people whom rules 2 and 5 allow to take a service at a slot now, qualified or not."""
        return self._free(service, slot, self._now)

    def _free(self, service: ServiceNumber, slot: SlotNumber, state: State) -> Mask:
        """Return the people whom rules 2 and 5 allow: slot open, no rest in it, the duty's own rest possible.

        The slots of the next day that a duty would block must not be ACTIVE (UNAVAILABLE is rest already), those of
        the same day must be open or blocked.
        """
        people = ~(state.active[slot] | state.resting[slot] | self.blocked[slot] | self.unavailable[slot])
        if self._refused:
            people &= ~self._refused.get((service, slot), NO_ONE)
        for distance, same_day in self.duty(service, slot).rests:
            people &= ~state.active[slot + distance]
            if same_day:
                people &= ~self.unavailable[slot + distance]
        return people

    def admitted(self, shift: Shift, leaving: Team | None = None) -> Mask:
        """Return everybody in a team from which one more person would fill one more place of a shift (rule 4).

        Args:
            shift: The shift.
            leaving: Team of somebody added by this run who gives up a place of the shift; None when nobody does.
        """
        teams = (shift.now if leaving is None else shift.without(leaving)).admitted
        people = self._of_teams.get(teams)
        if people is None:
            people = self._of_teams[teams] = self.of_teams(teams)
        return people

    @cached_property
    def possibilities(self) -> int:
        """How many ways there are to take one shift: the people qualified for each, in all."""
        return sum(self.qualified[service].bit_count() for _, service in self.shifts)

    def takers(self, service: ServiceNumber, slot: SlotNumber) -> Mask:
        """Return who can take an open place of a shift now, by rules 1 to 5; nobody where there is none."""
        shift = self.shifts.get((slot, service))
        return NO_ONE if shift is None else self.candidates(service, slot) & self.admitted(shift)

    def is_paired(self, person: PersonNumber, service: ServiceNumber, slot: SlotNumber) -> bool:
        """Whether a person works the other half of what is, or would be, half of a 24-hour duty."""
        partner = self.duty(service, slot).partner
        return partner is not None and self.works.get((person, slot + partner[1])) == partner[0]

    # Assignments of this run

    def assign(self, person: PersonNumber, service: ServiceNumber, slot: SlotNumber) -> None:
        """Assign a service at a slot to a candidate, in this run."""
        self._work(person, service, slot)
        self.shifts[slot, service].add(self.team[person])
        self.added[person][slot] = service

    def assign_all(self, records: Iterable[Assignment]) -> None:
        """Assign, in this run, what the ACTIVE records among some records say."""
        for record in records:
            if record.status is Status.ACTIVE and record.service_id is not None:
                self.assign(*self.numbers(record.slot, record.service_id))

    def release(self, person: PersonNumber, slot: SlotNumber) -> None:
        """Take back an assignment of this run."""
        service = self.added[person].pop(slot)
        bit = 1 << person
        self.shifts[slot, service].remove(self.team[person])
        self.active[slot] &= ~bit
        del self.works[person, slot]
        self._worked[person] &= ~(1 << slot)
        self._on_call[person] &= ~(1 << slot)
        self.total_used[person] -= self.worth[service]
        self.use_quota(person, service, -1)
        for distance, _ in self.duty(service, slot).rests:
            if not self.causes(person, slot + distance):
                self.resting[slot + distance] &= ~bit

    def causes(self, person: PersonNumber, slot: SlotNumber) -> list[SlotNumber]:
        """Return the slots of the person's duties after which they rest in this slot."""
        return [
            slot - distance
            for distance in self._reach[slot % PER_DAY]
            if (service := self.works.get((person, slot - distance))) is not None
            and any(distance == rest for rest, _ in self.duty(service, slot - distance).rests)
        ]

    def _work(self, person: PersonNumber, service: ServiceNumber | None, slot: SlotNumber) -> None:
        """Count work inside the period: only that uses quota and enters into fairness."""
        self._occupy(person, service, slot)
        self._worked[person] |= 1 << slot
        self.total_used[person] += FULL if service is None else self.worth[service]
        if service is not None:
            self.use_quota(person, service, 1)
            if self.services[service].is_system:
                self._on_call[person] |= 1 << slot

    def _occupy(self, person: PersonNumber, service: ServiceNumber | None, slot: SlotNumber) -> None:
        """Mark a slot ACTIVE, and the rest that follows from it."""
        bit = 1 << person
        self.active[slot] |= bit
        rests = () if service is None else self.duty(service, slot).rests
        if rests or (person, slot) not in self.works:  # two other rosters may hold a slot: the duty decides on rest
            self.works[person, slot] = service
        for distance, _ in rests:
            if slot + distance < len(self.resting):
                self.resting[slot + distance] |= bit

    def works_here(self, person: PersonNumber, slot: SlotNumber) -> bool:
        """Whether a person works at a slot in this roster; `works` knows other rosters' work too."""
        return self._worked[person] >> slot & 1 == 1

    # What fairness asks

    def worked(self, person: PersonNumber) -> SlotMask:
        """Return the slots in which a person works in this roster."""
        return self._worked[person]

    def on_call(self, person: PersonNumber) -> SlotMask:
        """Return the slots in which a person works an on-call service in this roster."""
        return self._on_call[person]

    def worked_longest_ago(self, people: Mask, slot: SlotNumber) -> Mask:
        """Return those of some people whose last work in this roster before a slot is longest ago, or who have none."""
        for before in range(slot - 1, self.period.start - 1, -1):
            rested = people & ~self.active[SlotNumber(before)]
            if not rested:
                break
            people = rested
            if not people & (people - 1):
                break
        return people


def _count_shifts(board: Board) -> dict[tuple[SlotNumber, ServiceNumber], Shift]:
    """Count, per shift, the places that are needed and the staff that is planned."""
    needed: dict[tuple[SlotNumber, ServiceNumber], list[int]] = {}
    firm: dict[tuple[SlotNumber, ServiceNumber], list[int]] = {}
    for requirement in board.workspace.requirements:
        key = board.shift_key(requirement)
        needed.setdefault(key, [0, 0, 0])[requirement.team.order] += requirement.needed
        if requirement.firm:
            firm.setdefault(key, [0, 0, 0])[requirement.team.order] += requirement.needed
    planned: dict[tuple[SlotNumber, ServiceNumber], Staff] = {}
    for row in board.workspace.stored:
        if row.status is Status.ACTIVE and row.service_id is not None:
            key = board.slot_number(row.date, row.dagdeel), board.service_number[row.service_id]
            planned[key] = planned.get(key, NO_STAFF).plus(board.team[board.person_number[row.employee_id]])
    return {
        key: Shift(Places(*needed.get(key, ())), planned.get(key, NO_STAFF), Places(*firm.get(key, ())))
        for key in sorted(needed.keys() | planned.keys())
    }
