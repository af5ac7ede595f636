"""Nights, weekends and holidays: how often people have them, beside the quota (`docs/rules.md`, "Fairness")."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from greedy.domain.holidays import free_days
from greedy.domain.models import Balance, Dagdeel
from greedy.solver.board import Board
from greedy.solver.halves import Unit
from greedy.solver.numbering import PER_DAY, PersonNumber, ServiceNumber, SlotMask

EXACT = 9
"""Decimals that count when sums of shares are compared: beyond them they differ by rounding alone."""


def active(board: Board) -> list[PersonNumber]:
    """Return the active people."""
    return [person for person in board.everyone if board.people[person].active]


class Hours(ABC):
    """Hours of which everyone should have a fair share, those of the rosters before included.

    Attributes:
        board: The board.
        times: What counts once: the slots of a night, of a weekend, of a holiday.
        quota: By person the quota of all services that ask for somebody in these hours; of active people, above 0.
        exchangeable: Whether some of these services ask for somebody at other hours too.
        before: By person how many they had in the rosters before. Somebody who is not in it has come since then, and
            counts as having had as much as the others, by quota.
    """

    def __init__(self, board: Board, times: Sequence[SlotMask], services: Iterable[ServiceNumber]) -> None:
        self.board = board
        self.times = times
        self.slots = SlotMask(sum(times))
        some = set(services)
        self.exchangeable = any(service in some and not self.slots >> slot & 1 for slot, service in board.shifts)
        self.quota = {
            person: total
            for person in active(board)
            if (total := sum(board.quota[service].get(person, 0) for service in some))
        }
        self.before = self._carried()

    def _carried(self) -> dict[PersonNumber, float]:
        balance = self.board.workspace.balance
        known = {
            person: self.of_balance(balance[id_])
            for person in self.quota
            if (id_ := self.board.people[person].id) in balance
        }
        quota = sum(self.quota[person] for person in known)
        mean = sum(known.values()) / quota if quota else 0.0
        return {person: known.get(person, round(mean * each)) for person, each in self.quota.items()}

    @staticmethod
    @abstractmethod
    def of_balance(balance: Balance) -> int:
        """Return what somebody has had of these hours in the rosters before."""

    @abstractmethod
    def of_slots(self, worked: SlotMask) -> int:
        """Return how often somebody who works in some slots has these hours."""

    def mask(self, person: PersonNumber) -> SlotMask:
        """Return the slots of a person that matter here."""
        return self.board.worked(person)

    def of_unit(self, unit: Unit) -> SlotMask:
        """Return the slots of a unit that matter here for whoever has it."""
        return SlotMask(sum(1 << half.slot for half in unit))

    def worked(self, person: PersonNumber) -> int:
        """Return how often somebody has these hours in this roster."""
        return self.of_slots(self.mask(person))

    def shares(self) -> dict[PersonNumber, float]:
        """Return the share of each person's quota that is worked in these hours, the rosters before included."""
        return {person: (self.before[person] + self.worked(person)) / quota for person, quota in self.quota.items()}

    def square(self, person: PersonNumber, worked: int) -> float:
        """Return what somebody adds to the sum of hours^2 / quota if they have these hours so often in this roster."""
        return (self.before[person] + worked) ** 2 / self.quota[person]


class Nights(Hours):
    """Nights: dagdeel A of on-call services."""

    def __init__(self, board: Board) -> None:
        evenings = board.period[Dagdeel.AVOND.order :: PER_DAY]
        asked = {service for slot, service in board.shifts if slot in evenings and board.services[service].is_system}
        super().__init__(board, [SlotMask(1 << slot) for slot in evenings], asked)

    @staticmethod
    def of_balance(balance: Balance) -> int:
        """Return how many nights somebody has had in the rosters before."""
        return balance.nights

    def mask(self, person: PersonNumber) -> SlotMask:
        """Return the slots in which somebody is on call."""
        return self.board.on_call(person)

    def of_unit(self, unit: Unit) -> SlotMask:
        """Return the slots of a unit in which who has it is on call."""
        return super().of_unit(tuple(half for half in unit if self.board.services[half.service].is_system))

    def of_slots(self, worked: SlotMask) -> int:
        """Return the number of nights among some slots."""
        return (worked & self.slots).bit_count()


class FreeDays(Hours):
    """Days on which others are free, some of them together one: worked or not, whatever is worked on them."""

    def __init__(self, board: Board, days: Mapping[date, date]) -> None:
        """Note which days count.

        Args:
            board: The board.
            days: The days of the period that count; those with the same value are one.
        """
        groups: dict[date, int] = {}
        for day, group in sorted(days.items()):
            for dagdeel in Dagdeel:
                groups[group] = groups.get(group, 0) | 1 << board.slot_number(day, dagdeel)
        slots = sum(groups.values())
        asked = {service for slot, service in board.shifts if slots >> slot & 1}
        super().__init__(board, [SlotMask(group) for group in groups.values()], asked)

    def of_slots(self, worked: SlotMask) -> int:
        """Return on how many of the days somebody who works in some slots works."""
        worked &= self.slots
        return sum(1 for time in self.times if worked & time) if worked else 0


class Weekends(FreeDays):
    """Weekends and holidays: Saturday and Sunday are one, a holiday on another day is one."""

    def __init__(self, board: Board) -> None:
        super().__init__(board, free_days(_days(board), board.workspace.holidays))

    @staticmethod
    def of_balance(balance: Balance) -> int:
        """Return how many weekends and holidays somebody has worked in the rosters before."""
        return balance.weekends


class Holidays(FreeDays):
    """Public holidays, those on a weekend too."""

    def __init__(self, board: Board) -> None:
        super().__init__(board, {day: day for day in _days(board) if day in board.workspace.holidays})

    @staticmethod
    def of_balance(balance: Balance) -> int:
        """Return how many holidays somebody has worked in the rosters before."""
        return balance.holidays


def _days(board: Board) -> list[date]:
    roster = board.workspace.roster
    return [roster.start_date + timedelta(days=number) for number in range(roster.days)]
