"""The planner at work: leave first, then some shifts by hand, within every rule of docs/rules.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from demo.needs import DAGDELEN, FITS, MORNING_OF, REST, Absences, Demand, Quotas, Row, Shift
from demo.spec import RosterSpec

Slots = dict[tuple[str, date, str], Row]


class Planner:
    """Fills in leave, then shifts, and keeps who has what."""

    def __init__(
        self,
        spec: RosterSpec,
        team_of: Mapping[str, str],
        service_id: Mapping[str, str],
        absences: Absences,
        quotas: Quotas,
    ) -> None:
        self._spec = spec
        self._team_of = team_of
        self._service_id = service_id
        self._quotas = quotas
        self._used: Counter[tuple[str, str]] = Counter()
        self._slots: Slots = {
            (person_id, day, dagdeel): _slot(status=3, source="manual", notes=reason)
            for (person_id, day), reason in absences.items()
            for dagdeel in DAGDELEN
        }

    def by_slot(self) -> list[tuple[tuple[str, date, str], Row]]:
        """Everything filled in so far, by employee, date and dagdeel."""
        return sorted(self._slots.items(), key=lambda item: (*item[0][:2], DAGDELEN.index(item[0][2])))

    def plan(self, demand: Demand, random: Random) -> None:
        """Plan `spec.hand_planned` shifts, as far as possible each to whoever has used least of their quota.

        Planners think in 24-hour duties, and now and then leave the evening for later.

        Raises:
            ValueError: The rules leave no room for so many.
        """
        units = _units(demand)
        random.shuffle(units)
        missing = self._spec.hand_planned
        for unit in units:
            if not missing:
                return
            morning_only = len(unit) > 1 and random.random() < 0.25
            shifts = unit[:1] if morning_only or missing == 1 else unit
            people = [person_id for person_id in self._team_of if self._may_take(person_id, shifts)]
            if people:
                self._place(min(people, key=lambda person_id: self._share(person_id, shifts[0][3])), shifts)
                missing -= len(shifts)
        if missing:
            planned = self._spec.hand_planned - missing
            raise ValueError(f"hand_planned is {self._spec.hand_planned}, but only {planned} shifts could be planned")

    def leave_rows_open(self, random: Random) -> None:
        """Write a status 0 row into about half of the slots that are still empty."""
        for person_id in self._team_of:
            for day in self._spec.dates:
                for dagdeel in DAGDELEN:
                    if random.random() < 0.5:
                        self._slots.setdefault((person_id, day, dagdeel), _slot(status=0, source="manual"))

    def _share(self, person_id: str, code: str) -> float:
        return self._used[person_id, code] / self._quotas[person_id, code]

    def _may_take(self, person_id: str, shifts: Sequence[Shift]) -> bool:
        """Whether the person may work all the shifts, which are one, or the two of a 24-hour duty."""
        return all(
            self._team_of[person_id] in FITS[team]
            and self._used[person_id, code] < self._quotas.get((person_id, code), 0)
            and (person_id, day, dagdeel) not in self._slots
            and all(self._may_rest(person_id, day, *slot) for slot in REST.get(code, ()))
            for day, dagdeel, team, code in shifts
        )

    def _may_rest(self, person_id: str, day: date, days_later: int, dagdeel: str) -> bool:
        row = self._slots.get((person_id, day + timedelta(days=days_later), dagdeel))
        return row is None or row["status"] == 2 or (row["status"] == 3 and days_later > 0)

    def _place(self, person_id: str, shifts: Sequence[Shift]) -> None:
        for day, dagdeel, _, code in shifts:
            self._slots[person_id, day, dagdeel] = _slot(status=1, source="manual", service_id=self._service_id[code])
            self._used[person_id, code] += 1
            for days_later, rest in REST.get(code, ()):
                rest_day = day + timedelta(days=days_later)
                if rest_day <= self._spec.end:
                    self._slots.setdefault(
                        (person_id, rest_day, rest),
                        _slot(
                            status=2,
                            source="blocking-trigger",
                            notes=f"Auto-blocked: rest after {code} on {day} {dagdeel}",
                            blocked_by_date=day.isoformat(),
                            blocked_by_dagdeel=dagdeel,
                            blocked_by_service_id=self._service_id[code],
                        ),
                    )


def _units(demand: Demand) -> list[list[Shift]]:
    """The demand as single shifts, with each evening duty behind the morning duty it makes a 24-hour duty with."""
    shifts = [key for key, aantal in demand.items() for _ in range(aantal)]
    evenings: dict[tuple[date, str], list[Shift]] = {}
    for shift in shifts:
        if shift[3] in MORNING_OF:
            evenings.setdefault((shift[0], MORNING_OF[shift[3]]), []).append(shift)

    units: list[list[Shift]] = []
    for shift in shifts:
        if shift[3] not in MORNING_OF:
            waiting = evenings.get((shift[0], shift[3]), [])
            units.append([shift, waiting.pop()] if waiting else [shift])
    return units + [[shift] for waiting in evenings.values() for shift in waiting]


def _slot(
    *,
    status: int,
    source: str,
    service_id: str | None = None,
    notes: str | None = None,
    blocked_by_date: str | None = None,
    blocked_by_dagdeel: str | None = None,
    blocked_by_service_id: str | None = None,
) -> Row:
    """What a `roster_assignments` row says about its slot."""
    return {
        "service_id": service_id,
        "status": status,
        "source": source,
        "notes": notes,
        "blocked_by_date": blocked_by_date,
        "blocked_by_dagdeel": blocked_by_dagdeel,
        "blocked_by_service_id": blocked_by_service_id,
    }
