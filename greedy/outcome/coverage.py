"""How much of the demand is filled, and which shifts stay open."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from greedy.domain.models import Dagdeel, RequirementStatus, Status, TeamDemand
from greedy.domain.period import Period
from greedy.outcome.open_shifts import OpenShift, open_shift
from greedy.solver.board import Board
from greedy.solver.numbering import ServiceNumber


@dataclass(frozen=True, slots=True)
class ServiceCoverage:
    """Coverage of one service, in places.

    Attributes:
        needed: Places that the requirements ask for.
        filled_before: Places that rows from before the run fill.
        assigned: Places that the run fills.
        open: Places that stay open.
    """

    service_code: str
    needed: int
    filled_before: int
    assigned: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageSummary:
    """Coverage of the days that were planned, in places.

    Attributes:
        needed: Places that the requirements ask for.
        filled_before: Places that rows from before the run fill.
        assigned: Places that the run fills.
        open: Places that stay open.
        percent: Filled share of `needed`, with one decimal; 100 only when no place is open.
        by_service: The same counts per service.
        written: Whether what the run fills is in the database.
    """

    needed: int
    filled_before: int
    assigned: int
    open: int
    percent: float
    by_service: tuple[ServiceCoverage, ...]
    written: bool = False


@dataclass(frozen=True, slots=True)
class Surplus:
    """People planned by hand for a shift beyond what it needs."""

    date: dt.date
    dagdeel: Dagdeel
    service_code: str
    count: int


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A dagdeel that asks for on-call duty and on which nobody works any on-call service.

    Attributes:
        whole_day: Whether the same holds for every dagdeel of that day that asks for on-call duty.
    """

    date: dt.date
    dagdeel: Dagdeel
    whole_day: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of a roster: places that are needed, were filled before the run, are assigned by it, and stay open.

    Attributes:
        open_shifts: On-call ones first, then MOET and AANGEPAST, then MAG; each by slot.
        uncovered: Dagdelen on which nobody is on call though somebody should be, by slot.
    """

    by_service: Sequence[ServiceCoverage] = ()
    open_shifts: Sequence[OpenShift] = ()
    surplus: Sequence[Surplus] = ()
    uncovered: Sequence[Uncovered] = ()

    @property
    def needed(self) -> int:
        """Places that the requirements ask for."""
        return sum(service.needed for service in self.by_service)

    @property
    def filled_before(self) -> int:
        """Places that rows from before the run fill."""
        return sum(service.filled_before for service in self.by_service)

    @property
    def assigned(self) -> int:
        """Places that the run fills."""
        return sum(service.assigned for service in self.by_service)

    @property
    def open(self) -> int:
        """Places that stay open."""
        return sum(service.open for service in self.by_service)

    @property
    def percent(self) -> float:
        """Filled share of what is needed, as `percent_filled` rounds it."""
        return percent_filled(self.needed - self.open, self.needed)

    def summary(self) -> CoverageSummary:
        """Return the counts that the result holds."""
        return CoverageSummary(
            needed=self.needed,
            filled_before=self.filled_before,
            assigned=self.assigned,
            open=self.open,
            percent=self.percent,
            by_service=tuple(self.by_service),
        )


def percent_filled(filled: int, needed: int) -> float:
    """Return the filled share in percent, with one decimal.

    Rounding never hides a place: it is 100 only when none is open, and 0 only when none is filled. Where nothing is
    needed it is 100.
    """
    if filled >= needed:
        return 100.0
    return min(99.9, max(0.1, round(100 * filled / needed, 1))) if filled > 0 else 0.0


def measure(board: Board, period: Period | None = None) -> Coverage:
    """Measure the coverage of a board, by service code, its open shifts by urgency and slot.

    Args:
        board: The roster.
        period: Days to which the run is confined: only these are measured. None for all.
    """
    totals: dict[ServiceNumber, Counter[str]] = {}
    open_shifts: list[OpenShift] = []
    surplus: list[Surplus] = []
    shares = board.by_total_share()
    optional = {
        (*board.shift_key(row), row.team) for row in board.workspace.requirements if row.status is RequirementStatus.MAG
    }
    for (slot, service), shift in sorted(board.shifts.items()):
        if period is not None and not period.covers(board.when(slot)[0]):
            continue
        total = totals.setdefault(service, Counter())
        total["needed"] += shift.needed.total
        total["filled_before"] += shift.needed.total - shift.vacant.total
        total["assigned"] += sum(shift.added)
        total["open"] += shift.open.total
        if shift.surplus:
            date, dagdeel = board.when(slot)
            surplus.append(Surplus(date, dagdeel, board.services[service].code, shift.surplus))
        open_shifts.extend(
            open_shift(
                board, shares, service, slot, team, shift.open.of(team), firm=(slot, service, team) not in optional
            )
            for team in TeamDemand
            if shift.open.of(team)
        )
    return Coverage(
        by_service=[
            ServiceCoverage(
                service_code=board.services[service].code,
                needed=total["needed"],
                filled_before=total["filled_before"],
                assigned=total["assigned"],
                open=total["open"],
            )
            for service, total in sorted(totals.items())
        ],
        open_shifts=sorted(open_shifts, key=lambda shift: shift.urgency),
        surplus=surplus,
        uncovered=uncovered(board, period),
    )


def uncovered(board: Board, period: Period | None = None) -> list[Uncovered]:
    """List the dagdelen that ask for on-call duty and have nobody on call, by slot.

    Args:
        board: The roster.
        period: Days to which the run is confined: only these are looked at. None for all.
    """
    on_call = {number for number, service in enumerate(board.services) if service.is_system}
    staffed = {
        board.slot_number(row.date, row.dagdeel)
        for row in board.workspace.stored
        if row.status is Status.ACTIVE
        and row.service_id is not None
        and board.service_number[row.service_id] in on_call
    }
    staffed |= {slot for added in board.added for slot, service in added.items() if service in on_call}
    asked = {slot for slot, service in map(board.shift_key, board.workspace.requirements) if service in on_call}
    when = {slot: board.when(slot) for slot in sorted(asked)}
    somebody = {when[slot][0] for slot in asked & staffed}
    return [
        Uncovered(date, dagdeel, whole_day=date not in somebody)
        for slot, (date, dagdeel) in when.items()
        if slot not in staffed and (period is None or period.covers(date))
    ]
