"""The planning board: the one mutable state of a pass, and the hard rules that it answers for.

People are bits, in the order of their ids; a *mask* is an int with one bit per person. Slots are numbered through:
three a day, beginning with the day before the period and ending with the day after it, because rest does not stop at a
roster's border. For each slot the board keeps who is ACTIVE, BLOCKED, UNAVAILABLE or resting, so that one expression
over masks answers "who may take this" for everybody at once, and each hard rule is still read in one place:
`Board.candidates` and, for the slot and its rest, `Board._free`.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from greedy.domain.demand import NOBODY, Places, Shift, Staff, admitted
from greedy.domain.duties import EVENING_OF, MORNING_OF, REST, Duty, Rest
from greedy.domain.models import (
    Assignment,
    Dagdeel,
    Employee,
    Qualification,
    Requirement,
    Service,
    Slot,
    Status,
    Team,
    Workspace,
)

DAGDELEN = tuple(Dagdeel)
PER_DAY = len(DAGDELEN)


def bits(mask: int) -> Iterator[int]:
    """Give the people of a mask, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Obstacle(StrEnum):
    """The one fact that rules a person out for a shift; the first that holds, in this order."""

    SERVICE_INACTIVE = "service_inactive"
    EMPLOYEE_INACTIVE = "inactive"
    UNAVAILABLE = "unavailable"
    WORKS = "works"
    RESTS = "rests"
    BLOCKED = "blocked"
    QUOTA_USED = "quota_used"
    WOULD_LOSE_REST = "would_lose_rest"


@dataclass(frozen=True, slots=True)
class DutyInfo:
    """A service on a dagdeel, in terms of slot numbers.

    Attributes:
        rests: Rest that it needs, as (distance in slots, whether on the duty's own day).
        partner: The other half of the 24-hour duty, as (service number, distance in slots); None when it has none.
        is_morning: Whether it is the first half.
    """

    rests: tuple[tuple[int, bool], ...] = ()
    partner: tuple[int, int] | None = None
    is_morning: bool = False


_NO_DUTY = DutyInfo()


class State(NamedTuple):
    """Masks that change while a roster is filled: ACTIVE and resting people per slot, people with quota per service."""

    active: list[int]
    resting: list[int]
    unspent: list[int]


class Ladder:
    """People by the share of a quota that is used, of a service or of all together: one rung, one mask per share."""

    def __init__(self) -> None:
        self._people: dict[float, int] = {}
        self._shares: list[float] = []

    def put(self, share: float, bit: int) -> None:
        """Put a person on a rung."""
        if share in self._people:
            self._people[share] |= bit
        else:
            self._people[share] = bit
            insort(self._shares, share)

    def move(self, share: float, new_share: float, bit: int) -> None:
        """Move a person to another rung."""
        self._people[share] ^= bit
        if not self._people[share]:
            del self._people[share]
            del self._shares[bisect_left(self._shares, share)]
        self.put(new_share, bit)

    @property
    def spread(self) -> float:
        """The largest share less the smallest; 0 where nobody is."""
        return self._shares[-1] - self._shares[0] if self._shares else 0.0

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest share and the largest, of which there must be any."""
        return self._shares[0], self._shares[-1]

    def lowest(self, people: int) -> int:
        """Give those of some people who are on the lowest rung among them."""
        for share in self._shares:
            if found := self._people[share] & people:
                return found
        return 0

    def rungs(self, people: int) -> Iterator[tuple[float, int]]:
        """Give the rungs on which some people are, from the lowest up: the share, and those of them who are there."""
        for share in self._shares:
            if found := self._people[share] & people:
                yield share, found


class Board:
    """Who works, rests and is away, for every slot of a roster, while it is being filled."""

    def __init__(self, workspace: Workspace) -> None:
        """Put a workspace's rows on the board."""
        self.workspace = workspace
        self.origin = workspace.roster.start_date - dt.timedelta(days=1)
        self.people: list[Employee] = sorted(workspace.employees, key=lambda employee: employee.id)
        self.services: list[Service] = sorted(workspace.services, key=lambda service: service.code)
        self.person_number = {employee.id: number for number, employee in enumerate(self.people)}
        self.service_number = {service.id: number for number, service in enumerate(self.services)}
        self.team = [employee.team for employee in self.people]
        self.members = {team: self._mask(number for number, of in enumerate(self.team) if of is team) for team in Team}

        self._employed = self._mask(number for number, person in enumerate(self.people) if person.active)
        slots = PER_DAY * (workspace.roster.days + 2)
        self.active = [0] * slots
        self.blocked = [0] * slots
        self.unavailable = [0] * slots
        self.resting = [0] * slots
        self.works: dict[tuple[int, int], int | None] = {}
        self._worked = [0] * len(self.people)
        self.duties = self._number_duties()
        self._reach: list[set[int]] = [set() for _ in range(PER_DAY)]
        for (_, order), duty in self.duties.items():
            for distance, _ in duty.rests:
                self._reach[(order + distance) % PER_DAY].add(distance)

        self.quota: list[dict[int, int]] = [{} for _ in self.services]
        self.used: list[dict[int, int]] = [{} for _ in self.services]
        self.total_quota = [0] * len(self.people)
        self.total_used = [0] * len(self.people)
        self.ladders = [Ladder() for _ in self.services]
        self.qualified = [0] * len(self.services)
        self.unspent = [0] * len(self.services)
        for qualification in workspace.qualifications:
            self._add_qualification(qualification)

        self.shifts: dict[tuple[int, int], Shift] = {}
        self._admitted: dict[tuple[Places, Staff], int] = {}
        self.added: list[dict[int, int]] = [{} for _ in self.people]
        self._put_stored_rows()
        self._make_shifts()
        self._now = State(self.active, self.resting, self.unspent)
        self._before = State(self.active.copy(), self.resting.copy(), self.unspent.copy())

    @staticmethod
    def _mask(people: Iterable[int]) -> int:
        return sum(1 << person for person in people)

    def slot_number(self, date: dt.date, dagdeel: Dagdeel) -> int:
        """Number of a date's dagdeel."""
        return (date - self.origin).days * PER_DAY + dagdeel.order

    def when(self, slot: int) -> tuple[dt.date, Dagdeel]:
        """Date and dagdeel of a slot number."""
        day, order = divmod(slot, PER_DAY)
        return self.origin + dt.timedelta(days=day), DAGDELEN[order]

    def numbers(self, slot: Slot, service_id: str) -> tuple[int, int, int]:
        """Number a person, a service and a slot."""
        return (
            self.person_number[slot.employee_id],
            self.service_number[service_id],
            self.slot_number(slot.date, slot.dagdeel),
        )

    def shift_of(self, requirement: Requirement) -> Shift:
        """Give the shift for which a requirement of the workspace asks people."""
        slot = self.slot_number(requirement.date, requirement.dagdeel)
        return self.shifts[slot, self.service_number[requirement.service_id]]

    def slot_of(self, person: int, slot: int) -> Slot:
        """The natural key of a person's slot."""
        date, dagdeel = self.when(slot)
        return Slot(self.people[person].id, date, dagdeel)

    def _number_duties(self) -> dict[tuple[int, int], DutyInfo]:
        """Translate the duty table to (service number, dagdeel order) and distances in slots."""
        number = {service.code: index for index, service in enumerate(self.services)}
        duties = {}
        for duty, rests in REST.items():
            if duty.code not in number:
                continue
            partner = EVENING_OF.get(duty) or MORNING_OF.get(duty)
            duties[number[duty.code], duty.dagdeel.order] = DutyInfo(
                rests=tuple((_distance(duty, rest), rest.days == 0) for rest in rests),
                partner=(
                    (number[partner.code], partner.dagdeel.order - duty.dagdeel.order)
                    if partner and partner.code in number
                    else None
                ),
                is_morning=duty in EVENING_OF,
            )
        return duties

    def duty(self, service: int, slot: int) -> DutyInfo:
        """What a service is on a slot's dagdeel."""
        return self.duties.get((service, slot % PER_DAY), _NO_DUTY)

    def _add_qualification(self, qualification: Qualification) -> None:
        person = self.person_number[qualification.employee_id]
        service = self.service_number[qualification.service_id]
        self.quota[service][person] = qualification.quota
        self.total_quota[person] += qualification.quota
        if self.services[service].active and self.people[person].active:
            self.qualified[service] |= 1 << person
            if qualification.quota > 0:
                self.unspent[service] |= 1 << person
                self.ladders[service].put(0.0, 1 << person)

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

    def _make_shifts(self) -> None:
        """Count, per shift, the places that are needed and the staff that is planned."""
        needed: dict[tuple[int, int], list[int]] = {}
        for requirement in self.workspace.requirements:
            key = self.slot_number(requirement.date, requirement.dagdeel), self.service_number[requirement.service_id]
            needed.setdefault(key, [0, 0, 0])[requirement.team.order] += requirement.needed
        planned: dict[tuple[int, int], Staff] = {}
        for row in self.workspace.stored:
            if row.status is Status.ACTIVE and row.service_id is not None:
                key = self.slot_number(row.date, row.dagdeel), self.service_number[row.service_id]
                planned[key] = planned.get(key, NOBODY).plus(self.team[self.person_number[row.employee_id]])
        for key in sorted(needed.keys() | planned.keys()):
            self.shifts[key] = Shift(Places(*needed.get(key, ())), planned.get(key, NOBODY))

    def candidates(self, service: int, slot: int) -> int:
        """Who may take a service at a slot now, as far as rules 1, 2, 3 and 5 go; demand (rule 4) is `Shift.admits`."""
        return self.qualified[service] & self.unspent[service] & self._free(service, slot, self._now)

    def of_teams(self, teams: Iterable[Team]) -> int:
        """Who belongs to one of some teams."""
        return sum(self.members[team] for team in teams)

    def admitted(self, shift: Shift, leaving: Team | None = None) -> int:
        """Who belongs to a team of which one more person fills one place more of a shift (rule 4).

        `leaving`: the team of someone whom this run has added, and who gives the place up.
        """
        staff = shift.added if leaving is None else shift.added.plus(leaving, -1)
        people = self._admitted.get((shift.vacant, staff))
        if people is None:
            people = self._admitted[shift.vacant, staff] = self.of_teams(admitted(shift.vacant, staff))
        return people

    def is_paired(self, person: int, service: int, slot: int) -> bool:
        """Tell whether a person works the other half of what would be, or is, half of a 24-hour duty."""
        partner = self.duty(service, slot).partner
        return partner is not None and self.works.get((person, slot + partner[1])) == partner[0]

    def possible(self, service: int, slot: int) -> int:
        """Who could take a service at a slot if this run's own assignments were all taken back."""
        return self.qualified[service] & self._before.unspent[service] & self._free(service, slot, self._before)

    def lacking_quota(self, service: int, slot: int) -> int:
        """Who could take a service at a slot now if their quota were one larger."""
        return self.qualified[service] & ~self.unspent[service] & self._free(service, slot, self._now)

    def lacking_qualification(self, service: int, slot: int) -> int:
        """Who could take a service at a slot now if they were qualified for it."""
        return self._employed & ~self.qualified[service] & self._free(service, slot, self._now)

    def free(self, service: int, slot: int) -> int:
        """Whom rules 2 and 5 allow to take a service at a slot now, be they qualified or not."""
        return self._free(service, slot, self._now)

    def _free(self, service: int, slot: int, state: State) -> int:
        """Whom rules 2 and 5 leave: the slot open, and no rest in it; the rest of a duty possible.

        The slots of the next day that a duty would block must not be ACTIVE (UNAVAILABLE is rest already), those of
        the same day must be open or blocked.
        """
        people = ~(state.active[slot] | state.resting[slot] | self.blocked[slot] | self.unavailable[slot])
        for distance, same_day in self.duty(service, slot).rests:
            people &= ~state.active[slot + distance]
            if same_day:
                people &= ~self.unavailable[slot + distance]
        return people

    def obstacle(self, person: int, service: int, slot: int) -> tuple[Obstacle, str] | None:
        """The first fact that rules a qualified person out, and what is behind it; None when nothing does."""
        bit = 1 << person
        if not self.services[service].active:
            return Obstacle.SERVICE_INACTIVE, ""
        if not self.people[person].active:
            return Obstacle.EMPLOYEE_INACTIVE, ""
        if self.unavailable[slot] & bit:
            return Obstacle.UNAVAILABLE, ""
        if self.active[slot] & bit:
            return Obstacle.WORKS, self._code(self.works[person, slot])
        if self.resting[slot] & bit:
            return Obstacle.RESTS, self._work_at(person, min(self.causes(person, slot)))
        if self.blocked[slot] & bit:
            return Obstacle.BLOCKED, ""
        if not self.unspent[service] & bit:
            quota = self.quota[service][person]
            return Obstacle.QUOTA_USED, f"{self.used[service].get(person, 0)} of {quota}"
        for distance, same_day in self.duty(service, slot).rests:
            if self.active[slot + distance] & bit:
                return Obstacle.WOULD_LOSE_REST, self._work_at(person, slot + distance)
            if same_day and self.unavailable[slot + distance] & bit:
                return Obstacle.WOULD_LOSE_REST, "unavailable on {} {}".format(*self.when(slot + distance))
        return None

    def _work_at(self, person: int, slot: int) -> str:
        return "{} on {} {}".format(self._code(self.works[person, slot]), *self.when(slot))

    def _code(self, service: int | None) -> str:
        return "work" if service is None else self.services[service].code

    def assign(self, person: int, service: int, slot: int) -> None:
        """Let a candidate take a service at a slot, as a new assignment of this run."""
        self._work(person, service, slot)
        self.shifts[slot, service].add(self.team[person])
        self.added[person][slot] = service

    def assign_all(self, plan: Iterable[Assignment]) -> None:
        """Let the ACTIVE records of a plan be new assignments of this run."""
        for record in plan:
            if record.status is Status.ACTIVE and record.service_id is not None:
                self.assign(*self.numbers(record.slot, record.service_id))

    def release(self, person: int, slot: int) -> None:
        """Take a new assignment of this run back."""
        service = self.added[person].pop(slot)
        bit = 1 << person
        self.shifts[slot, service].remove(self.team[person])
        self.active[slot] &= ~bit
        del self.works[person, slot]
        self._worked[person] &= ~(1 << slot)
        self.total_used[person] -= 1
        self._use_quota(person, service, -1)
        for distance, _ in self.duty(service, slot).rests:
            if not self.causes(person, slot + distance):
                self.resting[slot + distance] &= ~bit

    def causes(self, person: int, slot: int) -> list[int]:
        """The slots of a person's duties that need rest at a slot."""
        return [
            slot - distance
            for distance in self._reach[slot % PER_DAY]
            if (service := self.works.get((person, slot - distance))) is not None
            and any(distance == rest for rest, _ in self.duty(service, slot - distance).rests)
        ]

    def _work(self, person: int, service: int | None, slot: int) -> None:
        """Count work inside the period: it uses quota, and fairness sees it."""
        self._occupy(person, service, slot)
        self._worked[person] |= 1 << slot
        self.total_used[person] += 1
        if service is not None:
            self._use_quota(person, service, 1)

    def _use_quota(self, person: int, service: int, shifts: int) -> None:
        """Count so many more shifts of a person in a service; fewer where the number is negative."""
        before = self.used[service].get(person, 0)
        used = self.used[service][person] = before + shifts
        quota, bit = self.quota[service].get(person, 0), 1 << person
        if not quota or not self.qualified[service] & bit:
            return
        if used < quota:
            self.unspent[service] |= bit
        else:
            self.unspent[service] &= ~bit
        self.ladders[service].move(before / quota, used / quota, bit)

    def _occupy(self, person: int, service: int | None, slot: int) -> None:
        """Mark a slot ACTIVE and the rest that follows from it."""
        bit = 1 << person
        self.active[slot] |= bit
        rests = () if service is None else self.duty(service, slot).rests
        if rests or (person, slot) not in self.works:  # two other rosters may hold a slot: the duty decides on rest
            self.works[person, slot] = service
        for distance, _ in rests:
            if slot + distance < len(self.resting):
                self.resting[slot + distance] |= bit

    def share(self, person: int, service: int) -> float:
        """Share of a qualified person's quota of a service that is used; the quota is above 0."""
        return self.used[service].get(person, 0) / self.quota[service][person]

    def total_share(self, person: int) -> float:
        """Share of all of a person's quotas together that is used; 1 where there are none."""
        quota = self.total_quota[person]
        return self.total_used[person] / quota if quota else 1.0

    def by_total_share(self) -> Ladder:
        """Put everybody on a ladder by `total_share`, as it is now."""
        ladder = Ladder()
        for person in range(len(self.people)):
            ladder.put(self.total_share(person), 1 << person)
        return ladder

    def worked_in(self, person: int, slots: int) -> int:
        """In how many slots of a mask of slots a person works in this roster."""
        return (self._worked[person] & slots).bit_count()

    def worked_longest_ago(self, people: int, slot: int) -> int:
        """Those of some people who, before a slot, worked in this roster longest ago; never is longer still."""
        for before in range(slot - 1, PER_DAY - 1, -1):
            rested = people & ~self.active[before]
            if not rested:
                break
            people = rested
            if not people & (people - 1):
                break
        return people


def _distance(duty: Duty, rest: Rest) -> int:
    return rest.days * PER_DAY + rest.dagdeel.order - duty.dagdeel.order
