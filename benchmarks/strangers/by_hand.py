"""The planner who fills in some shifts by hand, in no particular order."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from random import Random

from benchmarks.strangers.kind import MORNINGS, REST, TEAMS_OF_ROW, Place, Row, Stranger, row_of

Slots = dict[tuple[str, dt.date, str], Row]
"""(person, date, dagdeel) -> what holds it."""

Quotas = Mapping[tuple[str, str], int]
"""(person, code) -> quota."""


class ByHand:
    """Fills in shifts, and the rest after them.

    Attributes:
        rows: What holds a slot; absences to begin with.
    """

    def __init__(self, kind: Stranger, random: Random, team: Mapping[str, str], rows: Slots, last: dt.date) -> None:
        self.rows = rows
        self._kind = kind
        self._random = random
        self._team = team
        self._last = last
        self._used: Counter[tuple[str, str]] = Counter()

    def plan(self, places: Sequence[Place], quotas: Quotas) -> None:
        """Fill in some shifts by hand, in any order, within the rules; one in twenty whatever the team."""
        random, kind = self._random, self._kind
        missing = round(kind.planned * len(places))
        evening: dict[tuple[dt.date, str], list[Place]] = defaultdict(list)
        for place in places:
            evening[place.date, place.code].append(place)
        work = list(places)
        random.shuffle(work)
        if kind.overig_first:
            work.sort(key=lambda place: place.team == "TOT")
        done: Counter[Place] = Counter()
        needed = Counter(places)
        for place in work:
            if missing <= 0:
                return
            if done[place] == needed[place]:
                continue
            person = self._somebody(place, quotas)
            if person is None:
                continue
            for wish in (place, *evening[place.date, MORNINGS.get(place.code, "")][:1]):
                free = done[wish] < needed[wish] and self._may_take(person, wish, quotas)
                if wish is place or (free and random.random() < 0.7):
                    self._work(person, wish)
                    done[wish] += 1
                    missing -= 1

    def _somebody(self, place: Place, quotas: Quotas) -> str | None:
        any_team = self._random.random() < 0.05
        people = [
            person
            for person, team in self._team.items()
            if (any_team or team in TEAMS_OF_ROW[place.team]) and self._may_take(person, place, quotas)
        ]
        if self._kind.overig_first and place.team != "TOT":
            people = [person for person in people if self._team[person] == "Overig"] or people
        return self._random.choice(people) if people else None

    def _may_take(self, person: str, place: Place, quotas: Quotas) -> bool:
        rests = [(days, self.rows.get(slot)) for days, slot in self._rest(person, place)]
        return (
            (person, place.date, place.dagdeel) not in self.rows
            and self._used[person, place.code] < quotas.get((person, place.code), 0)
            and all(row is None or row["status"] == 2 or (days and row["status"] == 3) for days, row in rests)
        )

    def _rest(self, person: str, place: Place) -> list[tuple[int, tuple[str, dt.date, str]]]:
        """The slots of rest after a place, inside the period or not, with the days between."""
        return [
            (days, (person, place.date + dt.timedelta(days=days), dagdeel))
            for days, dagdeel in REST.get(place.code, ())
        ]

    def _work(self, person: str, place: Place) -> None:
        self.rows[person, place.date, place.dagdeel] = row_of(1, None, place.code)
        self._used[person, place.code] += 1
        for _, slot in self._rest(person, place):
            if slot[1] <= self._last:
                note = f"Auto-blocked: rest after {place.code} on {place.date} {place.dagdeel}"
                self.rows.setdefault(slot, row_of(2, note))
