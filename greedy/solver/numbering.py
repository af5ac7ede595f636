"""Numbers for people, services and slots, and sets of people as bits.

The pass works with numbers instead of rows. People are numbered in the order of their ids, services in the order of
their codes. Slots are numbered through, three a day, beginning as many days before the period as rest reaches, and
ending as many after it, because rest does not stop at a roster's border. A set of people is a *mask*: an int with one
bit per person.

The four kinds of numbers are distinct types, so that two swapped arguments are a type error. At run time they are plain
ints: `typing.NewType` would lose its type in every sum and every union of masks, and would cost a call to get it back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, TypeVar, overload

from greedy.domain.models import Dagdeel, Employee, Requirement, Service, Slot, Team, Workspace

if TYPE_CHECKING:

    class PersonNumber(int):
        """A person: an index of `Numbering.people`."""

        def __rlshift__(self, one: int, /) -> Mask: ...

    class ServiceNumber(int):
        """A service: an index of `Numbering.services`."""

    class SlotNumber(int):
        """A date and dagdeel: 0 is O of the first day that matters to the period."""

        def __add__(self, distance: int, /) -> SlotNumber: ...
        @overload
        def __sub__(self, other: SlotNumber, /) -> int: ...  # type: ignore[overload-overlap]
        @overload
        def __sub__(self, distance: int, /) -> SlotNumber: ...
        def __sub__(self, other: int, /) -> int: ...
        def __rlshift__(self, one: int, /) -> SlotMask: ...

    class Mask(int):
        """A set of people: bit n is the person with number n."""

        def __and__(self, other: int, /) -> Mask: ...
        def __or__(self, other: int, /) -> Mask: ...
        def __xor__(self, other: int, /) -> Mask: ...
        def __invert__(self) -> Mask: ...

    class SlotMask(int):
        """A set of slots: bit n is the slot with number n."""

        def __and__(self, other: int, /) -> SlotMask: ...
        def __or__(self, other: int, /) -> SlotMask: ...
        def __invert__(self) -> SlotMask: ...

else:
    PersonNumber = ServiceNumber = SlotNumber = Mask = SlotMask = int

Key = TypeVar("Key", contravariant=True)
Item = TypeVar("Item")


class Indexed(Protocol[Key, Item]):
    """A list that is indexed by one kind of number only."""

    def __getitem__(self, key: Key, /) -> Item:
        """Return the item of a number."""

    def __setitem__(self, key: Key, item: Item, /) -> None:
        """Replace the item of a number."""

    def __iter__(self) -> Iterator[Item]:
        """Iterate over the items in the order of their numbers."""

    def __len__(self) -> int:
        """Return how many items there are."""


DAGDELEN = tuple(Dagdeel)
PER_DAY = len(DAGDELEN)
"""Slots a day."""

EVERYBODY = Mask(-1)
"""The mask of all people."""

NO_ONE = Mask(0)
"""The mask of no people."""


def bits(mask: Mask) -> Iterator[PersonNumber]:
    """Yield the people of a mask, lowest number first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1  # type: ignore[misc]  # an int is a number; saying so by a call would cost
        mask ^= low


def mask_of(people: Iterable[PersonNumber]) -> Mask:
    """Return the mask of some people, each named once."""
    return Mask(sum(1 << person for person in people))


class Numbering:
    """The numbers of a roster's people, services and slots.

    Attributes:
        workspace: The roster.
        origin: The day on which the slots begin: as long before the period as rest reaches (`DutyRules.reach`).
        slots: How many slots there are.
        period: The numbers of the slots of the period.
        people: By number.
        everyone: The numbers of all people.
        services: By number.
        person_number: Employee id -> number.
        service_number: Service id -> number.
        team: Team of each person.
        members: Team -> its people.
        employed: The active people.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        reach, days = workspace.duties.reach, workspace.roster.days
        self.origin = workspace.roster.start_date - dt.timedelta(days=reach)
        self.slots = PER_DAY * (days + 2 * reach)
        self.period = range(PER_DAY * reach, PER_DAY * (reach + days))
        self._when = [
            (self.origin + dt.timedelta(days=day), dagdeel) for day in range(days + 2 * reach) for dagdeel in DAGDELEN
        ]
        self.people: list[Employee] = sorted(workspace.employees, key=lambda employee: employee.id)
        self.everyone = [PersonNumber(number) for number in range(len(self.people))]
        self.services: list[Service] = sorted(workspace.services, key=lambda service: service.code)
        self.person_number = {self.people[number].id: number for number in self.everyone}
        self.service_number = {service.id: ServiceNumber(number) for number, service in enumerate(self.services)}
        self.team: Indexed[PersonNumber, Team] = [employee.team for employee in self.people]
        self.members = {team: mask_of(person for person in self.everyone if self.team[person] is team) for team in Team}
        self.employed = mask_of(person for person in self.everyone if self.people[person].active)

    def slot_number(self, date: dt.date, dagdeel: Dagdeel) -> SlotNumber:
        """Return the number of a date's dagdeel."""
        return SlotNumber((date - self.origin).days * PER_DAY + dagdeel.order)

    def when(self, slot: SlotNumber) -> tuple[dt.date, Dagdeel]:
        """Return the date and the dagdeel of a slot number."""
        if 0 <= slot < len(self._when):
            return self._when[slot]
        day, order = divmod(slot, PER_DAY)
        return self.origin + dt.timedelta(days=day), DAGDELEN[order]

    def numbers(self, slot: Slot, service_id: str) -> tuple[PersonNumber, ServiceNumber, SlotNumber]:
        """Return the numbers of the person, the service and the slot of an assignment."""
        return (
            self.person_number[slot.employee_id],
            self.service_number[service_id],
            self.slot_number(slot.date, slot.dagdeel),
        )

    def shift_key(self, requirement: Requirement) -> tuple[SlotNumber, ServiceNumber]:
        """Return the slot and the service for which a requirement asks people."""
        slot = self.slot_number(requirement.date, requirement.dagdeel)
        return slot, self.service_number[requirement.service_id]

    def slot_of(self, person: PersonNumber, slot: SlotNumber) -> Slot:
        """Return the natural key of a person's slot."""
        date, dagdeel = self.when(slot)
        return Slot(self.people[person].id, date, dagdeel)

    def of_teams(self, teams: Iterable[Team]) -> Mask:
        """Return everybody who belongs to one of some teams."""
        return Mask(sum(self.members[team] for team in teams))
