"""A roster as an integer program for OR-Tools CP-SAT: the rules. The aims are `benchmarks.sums`.

It reads the checked rows of a workspace and nothing else of the job, so that a mistake of the pass is none of the
program's. One 0/1 variable says whether a person takes a shift; those that rules 1, 2 and 5 forbid from the start do
not exist. Demand (rule 4) is about headcounts per team: nobody is tied to a requirement row.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from functools import partial

from ortools.sat.python import cp_model

from benchmarks.shifts import Choice, Shift, ShiftKey, Var, team_limits, total
from greedy.domain.models import Assignment, Dagdeel, RequirementStatus, Slot, Status, Workspace
from tests.support.records import EVENING, REST

Chosen = Set[int]
"""Indices of the variables of choices that are taken."""


class Program:
    """The integer program of a roster.

    Attributes:
        cp: The model, to which a caller adds what must be kept and what is wanted.
        x: Every choice that the rules allow by itself.
        pairs: 24-hour duties that could be: the variable, and the new halves that it needs.
        paired_before: 24-hour duties that are planned already.
        follows: Variables that follow from the choices, each with how.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.cp = cp_model.CpModel()
        self.codes = {service.id: service.code for service in workspace.services}
        self.on_call = {service.id for service in workspace.services if service.is_system}
        self.quota = {(row.employee_id, row.service_id): row.quota for row in workspace.qualifications}
        self.used = Counter(
            (row.employee_id, row.service_id) for row in workspace.stored if row.status is Status.ACTIVE
        )
        self._stored = {row.slot: row.status for row in workspace.stored}
        self._working = {row.slot for row in (*workspace.stored, *workspace.neighbours) if row.status is Status.ACTIVE}
        self._resting = set(self._old_rest())
        self.shifts = self._shifts()
        self.x: dict[Choice, Var] = {}
        self.pairs: dict[Choice, tuple[Var, list[Choice]]] = {}
        self.paired_before = 0
        self.follows: list[tuple[Var, Callable[[Chosen], int]]] = []
        self._add_choices()
        self._add_demand()
        self._add_quotas()
        self._add_slots_and_rest()
        self._add_pairs()

    def rest_of(self, service_id: str | None, slot: Slot) -> list[Slot]:
        """Return the rest after work, inside the period or not; none if it is no duty."""
        code = self.codes.get(service_id or "", "")
        return [
            Slot(slot.employee_id, slot.date + dt.timedelta(days=days), Dagdeel(dagdeel))
            for days, dagdeel in REST.get((code, slot.dagdeel.value), [])
        ]

    def _old_rest(self) -> Iterator[Slot]:
        for row in (*self.workspace.stored, *self.workspace.neighbours):
            if row.status is Status.ACTIVE:
                yield from self.rest_of(row.service_id, row.slot)

    def _shifts(self) -> dict[ShiftKey, Shift]:
        shifts: dict[ShiftKey, Shift] = defaultdict(Shift)
        for row in self.workspace.requirements:
            shift = shifts[ShiftKey(row.service_id, row.date, row.dagdeel)]
            shift.needed[row.team] += row.needed
            if row.status is not RequirementStatus.MAG:
                shift.firm[row.team] += row.needed
        team = {employee.id: employee.team.value for employee in self.workspace.employees}
        for stored in self.workspace.stored:
            key = ShiftKey(stored.service_id or "", stored.date, stored.dagdeel)
            if stored.status is Status.ACTIVE and key in shifts:
                shifts[key].planned[team[stored.employee_id]] += 1
        return dict(shifts)

    def _add_choices(self) -> None:
        """Rules 1, 2 and 5, as far as they concern one choice alone."""
        active = {service.id for service in self.workspace.services if service.active}
        people = [employee for employee in self.workspace.employees if employee.active]
        for number, (key, shift) in enumerate(self.shifts.items()):
            if key.service_id not in active or shift.filled_before == shift.places:
                continue
            for employee in people:
                slot = Slot(employee.id, key.date, key.dagdeel)
                left = self.quota_left(employee.id, key.service_id)
                if left > 0 and self._is_open(slot) and self._may_rest(key.service_id, slot):
                    x = self.cp.new_bool_var(f"{employee.id} {number}")
                    self.x[Choice(employee.id, key)] = x
                    shift.choices.append((employee.team.value, x))

    def quota_left(self, employee_id: str, service_id: str) -> int:
        """Return how often somebody may still do a service."""
        return self.quota.get((employee_id, service_id), 0) - self.used[employee_id, service_id]

    def _is_open(self, slot: Slot) -> bool:
        return slot not in self._stored and slot not in self._working and slot not in self._resting

    def _may_rest(self, service_id: str, slot: Slot) -> bool:
        """Rule 5: the same day's rest is open or blocked, the next day's holds no work in any roster."""
        return all(
            rest not in self._working
            and (rest.date > slot.date or self._stored.get(rest, Status.OPEN) in (Status.OPEN, Status.BLOCKED))
            for rest in self.rest_of(service_id, slot)
        )

    def _add_demand(self) -> None:
        """Rule 4: each who is added fills one place more by team, and all together no more than there are places.

        What can be filled by team must grow by as many as are added: that holds of each of its limits.
        """
        for shift in self.shifts.values():
            if not shift.choices:
                continue
            most = max(0, shift.places - shift.planned.total())
            shift.head_count = self.cp.new_int_var(0, most, "added")
            self.cp.add(shift.head_count == total(x for _, x in shift.choices))
            self.follows.append((shift.head_count, partial(head_count, shift)))
            before = shift.by_team_before()
            for limit in team_limits(shift.needed, *shift.staff()):
                self.cp.add(limit >= before + shift.head_count)

    def _add_quotas(self) -> None:
        """Rule 3: ACTIVE rows stay within the quota."""
        taken: dict[tuple[str, str], list[Var]] = defaultdict(list)
        for choice, x in self.x.items():
            taken[choice.employee_id, choice.shift.service_id].append(x)
        for (employee_id, service_id), group in taken.items():
            self.cp.add(total(group) <= self.quota_left(employee_id, service_id))

    def _add_slots_and_rest(self) -> None:
        """Rules 2 and 5: one shift in a slot, and none in a slot that a new duty needs for rest."""
        by_slot: dict[Slot, list[tuple[Choice, Var]]] = defaultdict(list)
        for choice, x in self.x.items():
            by_slot[self.slot_of(choice)].append((choice, x))
        for slot, group in list(by_slot.items()):
            self.cp.add_at_most_one(x for _, x in group)
            resting: dict[Slot, list[Var]] = defaultdict(list)
            for choice, x in group:
                for rest in self.rest_of(choice.shift.service_id, slot):
                    resting[rest].append(x)
            for rest, duties in resting.items():
                if rest in by_slot:
                    self.cp.add_at_most_one([*duties, *(x for _, x in by_slot[rest])])

    def slot_of(self, choice: Choice) -> Slot:
        """Return the slot that a choice takes."""
        return Slot(choice.employee_id, choice.shift.date, choice.shift.dagdeel)

    def _add_pairs(self) -> None:
        """Rule 6: a variable for each 24-hour duty that could be, with one half planned already or with none."""
        service_of = {code: service_id for service_id, code in self.codes.items()}
        planned = {
            Choice(row.employee_id, ShiftKey(row.service_id or "", row.date, row.dagdeel))
            for row in self.workspace.stored
            if row.status is Status.ACTIVE
        }
        together: dict[tuple[ShiftKey, ShiftKey], list[Var]] = defaultdict(list)
        for morning in [*self.x, *sorted(planned)]:
            evening_code = EVENING.get(self.codes.get(morning.shift.service_id, ""))
            if evening_code not in service_of or morning.shift.dagdeel is not Dagdeel.OCHTEND:
                continue
            key = ShiftKey(service_of[evening_code], morning.shift.date, Dagdeel.AVOND)
            halves = (morning, Choice(morning.employee_id, key))
            new = [half for half in halves if half in self.x]
            if len(new) + sum(half in planned for half in halves) < len(halves):
                continue
            if not new:
                self.paired_before += 1
                continue
            pair = self.cp.new_bool_var("pair")
            for half in new:
                self.cp.add(pair <= self.x[half])
            self.pairs[morning] = pair, new
            together[morning.shift, key].append(pair)
        # Follows from the rest, but the solver does not see it: no more pairs than people on either half.
        for shifts, group in together.items():
            for key in shifts:
                self.cp.add(total(group) <= self.shifts[key].planned.total() + self.shifts[key].added)

    def hint(self, choices: Iterable[Choice]) -> None:
        """Let the solver begin with some choices, and all that follows from them."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        taken = set(choices)
        chosen = {x.index for choice, x in self.x.items() if choice in taken}
        for x in self.x.values():
            self.cp.add_hint(x, x.index in chosen)
        for pair, halves in self.pairs.values():
            self.cp.add_hint(pair, taken.issuperset(halves))
        for variable, follows in self.follows:
            self.cp.add_hint(variable, follows(chosen))

    def choices(self, plan: Iterable[Assignment]) -> list[Choice]:
        """Turn a plan into choices."""
        return [
            Choice(row.employee_id, ShiftKey(row.service_id, row.date, row.dagdeel))
            for row in plan
            if row.status is Status.ACTIVE and row.service_id is not None
        ]

    def plan(self, choices: Iterable[Choice]) -> list[Assignment]:
        """Turn choices into the records that a run would add, the rest that follows from all duties included."""
        roster = self.workspace.roster
        chosen = {self.slot_of(choice): choice.shift.service_id for choice in choices}
        worked = {row.slot: row.service_id for row in self.workspace.stored if row.status is Status.ACTIVE}
        before = {row.slot: row.service_id for row in self.workspace.neighbours}
        blocks: dict[Slot, str] = {}
        for slot, service_id in sorted((before | worked | chosen).items()):
            for rest in self.rest_of(service_id, slot):
                if roster.covers(rest.date) and rest not in self._stored and rest not in chosen:
                    blocks.setdefault(rest, f"{self.codes[service_id or '']} on {slot.date} {slot.dagdeel}")
        return [
            *(
                Assignment(roster.id, *slot, service_id, Status.ACTIVE, "greedy")
                for slot, service_id in sorted(chosen.items())
            ),
            *(
                Assignment(
                    roster.id, *slot, None, Status.BLOCKED, "greedy-blocking", f"Auto-blocked: rest after {duty}"
                )
                for slot, duty in sorted(blocks.items())
            ),
        ]


def head_count(shift: Shift, chosen: Chosen) -> int:
    """Return how many the chosen variables add to a shift."""
    return sum(x.index in chosen for _, x in shift.choices)
