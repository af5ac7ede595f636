"""The most that can be filled, then paired, then shared out fairly, proven by OR-Tools CP-SAT.

A yardstick for the job, not a part of it: it knows the rules as one integer program and the whole roster at once. One
0/1 variable says whether a person takes a shift; those that rules 1, 2 and 5 forbid from the start do not exist. The
three counts are maximised one after the other, each fixed before the next:

1. filled places of on-call services, 2. filled places of other services, 3. 24-hour duties.

Try it: `python -m benchmarks.optimum --preset practice --seed 3`.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple, TypeVar

import typer
from ortools.sat.python import cp_model

from benchmarks.measures import Counts, Measures, board_of, measure
from demo.roster import PRESETS, make_roster
from greedy.domain.models import Assignment, Status, Team, Workspace
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from greedy.solver.board import Board
from greedy.solver.fairness import entitled
from greedy.solver.numbering import PersonNumber, ServiceNumber, SlotNumber, bits
from greedy.solver.pairing import pair_duties
from greedy.solver.plan import active_records

SCALE = 10_000
"""Shares are whole numbers to the solver: this is a share of 1."""

SPREAD_WEIGHT = 100
"""How much more the spread of a service counts than its mean absolute deviation."""


Key = TypeVar("Key")


class Choice(NamedTuple):
    """A person takes a service at a slot, by their numbers on the board."""

    person: PersonNumber
    service: ServiceNumber
    slot: SlotNumber


@dataclass(frozen=True, slots=True)
class Optimum:
    """What the solver found.

    Attributes:
        counts: The three counts of the whole roster, planned rows included.
        proven: Whether each of them is proven to be the most.
        seconds: What it took.
        plan: The records that a run would add.
    """

    counts: Counts
    proven: bool
    seconds: float
    plan: list[Assignment]

    @property
    def oncall_filled(self) -> int:
        """Filled places of on-call services."""
        return self.counts.oncall

    @property
    def other_filled(self) -> int:
        """Filled places of other services."""
        return self.counts.other

    @property
    def paired(self) -> int:
        """24-hour duties."""
        return self.counts.paired


@dataclass(frozen=True, slots=True)
class FairOptimum:
    """The fairest roster that the solver found, at given counts.

    Attributes:
        measures: What it came to.
        proven: Whether the solver proved that its aim cannot be met better.
        seconds: What it took.
        plan: The records that a run would add.
    """

    measures: Measures
    proven: bool
    seconds: float
    plan: list[Assignment]


def solve(
    workspace: Workspace,
    time_limit: float = 60.0,
    workers: int = 1,
    seed: int = 1,
    start: Iterable[Assignment] = (),
) -> Optimum:
    """Find the lexicographic optimum of the three counts.

    Args:
        workspace: The roster; it stays as it is.
        time_limit: Seconds for each of the three stages. One that runs out leaves the optimum unproven.
        workers: Threads of the solver. One proves most: it is the linear relaxation that proves, and with a few threads
            CP-SAT gives up on it in favour of other searches.
        seed: Random seed of the solver: the counts do not depend on it, the plan may.
        start: A plan to begin with, the job's for instance: where it is the best already, only the proof remains.
    """
    started = time.perf_counter()
    model = _Model(workspace)
    chosen = _choices(model.board, start)
    proven = True
    for number, (aim, most) in enumerate(zip(model.aims(), model.bounds(), strict=True)):
        reached = model.reached(chosen)[number]
        if reached < most:
            model.cp.maximize(sum(aim))
            found = model.run(time_limit, workers, seed, hint=chosen)
            proven &= found.proven
            if found.value > reached:
                reached, chosen = found.value, found.choices
        model.cp.add(sum(aim) >= reached)
    plan = _plan(workspace, chosen)
    counts = measure(board_of(workspace, plan)).counts
    return Optimum(counts, proven, time.perf_counter() - started, plan)


def fairness_optimum(
    workspace: Workspace,
    counts: Counts,
    time_limit: float = 20.0,
    workers: int = 2,
    seed: int = 1,
    start: Iterable[Assignment] = (),
) -> FairOptimum:
    """Share out as fairly as possible, at given counts: the fairest that the solver finds within the time.

    Its aim: the sum over the services of the spread; then, with small weights, the absolute deviations from the mean
    share, per service and in total.

    Args:
        workspace: The roster; it stays as it is.
        counts: The counts that must be reached, as `solve` gives them.
        time_limit: Seconds.
        workers: Threads of the solver. Here a second one pays: it searches the neighbourhood of what is found.
        seed: Random seed of the solver.
        start: A plan of these counts to begin with.

    Raises:
        ValueError: No roster of these counts was found.
    """
    started = time.perf_counter()
    model = _Model(workspace)
    for aim, before, count in zip(model.aims(), model.filled_before, counts, strict=True):
        model.cp.add(sum(aim) == count - before)
    model.cp.minimize(model.unfairness())
    found = model.run(time_limit, workers, seed, hint=_choices(model.board, start))
    plan = _plan(workspace, found.choices)
    measures = measure(board_of(workspace, plan))
    return FairOptimum(measures, found.proven, time.perf_counter() - started, plan)


class _Found(NamedTuple):
    value: int
    proven: bool
    choices: list[Choice]


class _Model:
    """The roster as an integer program.

    Attributes:
        filled_before: The three counts as the planned rows alone make them.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.board = Board(workspace)
        self.cp = cp_model.CpModel()
        self.filled_before = measure(self.board).counts
        self._x: dict[Choice, cp_model.IntVar] = {}
        for (slot, service), shift in self.board.shifts.items():
            for person in bits(self.board.possible(service, slot)):
                if shift.vacant.total and shift.admits(self.board.team[person]):
                    choice = Choice(person, service, slot)
                    self._x[choice] = self.cp.new_bool_var(f"x{person}_{service}_{slot}")
        self._pairs: dict[Choice, tuple[cp_model.IntVar, list[Choice]]] = {}  # by morning: the pair, its new halves
        self._add_demand()
        self._add_quotas()
        self._add_slots_and_rest()
        self._add_pairs()

    def aims(self) -> tuple[list[cp_model.IntVar], ...]:
        """What is counted, the most important first: the variables whose sum is to be large."""
        oncall: list[cp_model.IntVar] = []
        other: list[cp_model.IntVar] = []
        for choice, x in self._x.items():
            (oncall if self.board.services[choice.service].is_system else other).append(x)
        return oncall, other, [pair for pair, _ in self._pairs.values()]

    def reached(self, chosen: Sequence[Choice]) -> tuple[int, int, int]:
        """Return what choices come to, aim by aim."""
        new = set(chosen)
        oncall = sum(self.board.services[choice.service].is_system for choice in new)
        return oncall, len(new) - oncall, sum(new.issuperset(halves) for _, halves in self._pairs.values())

    def bounds(self) -> tuple[int, int, int]:
        """Return what no roster can exceed, aim by aim, by plain counting: open places, and for pairs quotas as well.

        An aim that a plan meets in full needs no proof by the solver.
        """
        board = self.board
        vacant = {True: 0, False: 0}
        for (_, service), shift in board.shifts.items():
            vacant[board.services[service].is_system] += shift.vacant.total
        by_person: dict[tuple[int, int], list[list[Choice]]] = defaultdict(list)
        by_day: dict[tuple[int, int], list[list[Choice]]] = defaultdict(list)
        for morning, (_, halves) in self._pairs.items():
            by_person[morning.person, morning.service].append(halves)
            by_day[morning.slot, morning.service].append(halves)
        return (
            vacant[True],
            vacant[False],
            min(
                sum(
                    _most(pairs, lambda half: self._quota_left(half.person, half.service))
                    for pairs in by_person.values()
                ),
                sum(
                    _most(pairs, lambda half: board.shifts[half.slot, half.service].vacant.total)
                    for pairs in by_day.values()
                ),
            ),
        )

    def _quota_left(self, person: PersonNumber, service: ServiceNumber) -> int:
        return self.board.quota[service][person] - self.board.used[service].get(person, 0)

    def run(self, time_limit: float, workers: int, seed: int, hint: Sequence[Choice]) -> _Found:
        """Solve, starting from a solution if there is one.

        Raises:
            ValueError: There is no solution, or none was found in time.
        """
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        if hint:
            chosen = set(hint)
            for choice, x in self._x.items():
                self.cp.add_hint(x, choice in chosen)
            for pair, halves in self._pairs.values():
                self.cp.add_hint(pair, chosen.issuperset(halves))
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = time_limit
        solver.parameters.num_workers = workers
        solver.parameters.random_seed = seed
        solver.parameters.linearization_level = 2
        status = solver.solve(self.cp)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise ValueError(f"The solver found no roster: {solver.status_name(status)}")
        return _Found(
            value=round(solver.objective_value),
            proven=status == cp_model.OPTIMAL,
            choices=[choice for choice, x in self._x.items() if solver.boolean_value(x)],
        )

    def _grouped(self, key: Callable[[Choice], Key]) -> Mapping[Key, list[tuple[Choice, cp_model.IntVar]]]:
        """Return the choices with their variables, by a key."""
        groups: dict[Key, list[tuple[Choice, cp_model.IntVar]]] = defaultdict(list)
        for choice, x in self._x.items():
            groups[key(choice)].append((choice, x))
        return groups

    def _add_demand(self) -> None:
        """Rule 4: all who are added to a shift find a place at once.

        Hall's condition for places TOT, GRO and ORA: the people of each set of teams are no more than the places that
        anyone of the set may take.
        """
        for (slot, service), group in self._grouped(lambda choice: (choice.slot, choice.service)).items():
            places = self.board.shifts[slot, service].vacant
            tot, gro, ora = places
            limits: dict[frozenset[Team], int] = {
                frozenset({Team.GROEN}): gro + tot,
                frozenset({Team.ORANJE}): ora + tot,
                frozenset(Team): places.total,
            }
            for teams, limit in limits.items():
                people = [x for choice, x in group if self.board.team[choice.person] in teams]
                if len(people) > limit:
                    self.cp.add(sum(people) <= limit)

    def _add_quotas(self) -> None:
        """Rule 3: ACTIVE rows stay within the quota."""
        for (person, service), group in self._grouped(lambda choice: (choice.person, choice.service)).items():
            left = self._quota_left(person, service)
            if len(group) > left:
                self.cp.add(sum(x for _, x in group) <= left)

    def _add_slots_and_rest(self) -> None:
        """Rules 2 and 5: one shift in a slot, and none in a slot that a new duty needs for rest.

        The rest after planned duties, and work in the rest of a duty that was there before, are settled already: such
        choices do not exist.
        """
        by_slot = self._grouped(lambda choice: (choice.person, choice.slot))
        for (person, slot), group in by_slot.items():
            self.cp.add_at_most_one(x for _, x in group)
            resting: dict[SlotNumber, list[cp_model.IntVar]] = defaultdict(list)
            for choice, x in group:
                for distance, _ in self.board.duty(choice.service, slot).rests:
                    resting[slot + distance].append(x)
            for rest, duties in resting.items():
                if (person, rest) in by_slot:
                    self.cp.add_at_most_one([*duties, *(x for _, x in by_slot[person, rest])])

    def _add_pairs(self) -> None:
        """Rule 6: a variable for each 24-hour duty that could be, with one half planned already or with none."""
        for person, service, slot in self._halves():
            duty = self.board.duty(service, slot)
            if not duty.is_morning or duty.partner is None:
                continue
            other, distance = duty.partner
            morning = Choice(person, service, slot)
            halves = (morning, Choice(person, other, slot + distance))
            new = [half for half in halves if half in self._x]
            planned = sum(self.board.works.get((person, half.slot)) == half.service for half in halves)
            if new and len(new) + planned == len(halves):
                pair = self.cp.new_bool_var(f"pair{person}_{service}_{slot}")
                for half in new:
                    self.cp.add(pair <= self._x[half])
                self._pairs[morning] = pair, new

    def _halves(self) -> list[Choice]:
        """What may be the morning half of a 24-hour duty: what is planned in the period, and every choice."""
        covers, when = self.board.workspace.roster.covers, self.board.when
        planned = [
            Choice(person, service, slot)
            for (person, slot), service in self.board.works.items()
            if service is not None and covers(when(slot)[0])
        ]
        return [*planned, *self._x]

    def unfairness(self) -> cp_model.LinearExpr:
        """The aim of `fairness_optimum`, as a sum to be small."""
        board = self.board
        aims: list[cp_model.LinearExpr] = []
        groups = self._grouped(lambda choice: (choice.person, choice.service))
        for service in board.service_number.values():
            shares = []
            for person in entitled(board, service):
                chosen = [x for _, x in groups.get((person, service), ())]
                shares.append(_share(chosen, board.used[service].get(person, 0), board.quota[service][person]))
            if shares:
                aims += [SPREAD_WEIGHT * self._spread(shares), self._deviation(shares)]
        every: dict[PersonNumber, list[cp_model.IntVar]] = defaultdict(list)
        for choice, x in self._x.items():
            every[choice.person].append(x)
        totals = [
            _share(every[person], board.total_used[person], quota)
            for person in board.everyone
            if (quota := board.total_quota[person]) > 0 and board.people[person].active
        ]
        if totals:
            aims.append(self._deviation(totals))
        return cp_model.LinearExpr.sum(aims)

    def _spread(self, shares: Sequence[cp_model.LinearExpr]) -> cp_model.LinearExpr:
        largest, smallest = (self.cp.new_int_var(0, 100 * SCALE, name) for name in ("largest", "smallest"))
        for share in shares:
            self.cp.add(largest >= share)
            self.cp.add(smallest <= share)
        return SCALE * (largest - smallest)

    def _deviation(self, shares: Sequence[cp_model.LinearExpr]) -> cp_model.LinearExpr:
        """Mean absolute deviation; in whole numbers, as many times the deviation as people, and as many again."""
        people, whole = len(shares), cp_model.LinearExpr.sum(shares)
        deviations: list[cp_model.LinearExpr] = []
        for share in shares:
            deviation = self.cp.new_int_var(0, 100 * SCALE * people, "deviation")
            self.cp.add(deviation >= people * share - whole)
            self.cp.add(deviation >= whole - people * share)
            deviations.append(deviation)
        return max(1, SCALE // people**2) * cp_model.LinearExpr.sum(deviations)


def _share(chosen: Sequence[cp_model.IntVar], used: int, quota: int) -> cp_model.LinearExpr:
    """Share of a quota that is used: in the plan, before the run and by what is chosen."""
    unit = round(SCALE / quota)
    return unit * cp_model.LinearExpr.sum(list(chosen)) + unit * used


def _most(pairs: Sequence[Sequence[Choice]], left: Callable[[Choice], int]) -> int:
    """Return how many of some pairs there can be at once, when each new half takes one of what is left for it.

    The pairs are of one person or of one day, so that there are two different things to take: mornings and evenings.
    """
    takers: dict[int, list[Choice]] = defaultdict(list)
    for halves in pairs:
        for half in halves:
            takers[half.service].append(half)
    return min([len(pairs), *(len(pairs) - len(new) + left(new[0]) for new in takers.values())])


def _choices(board: Board, plan: Iterable[Assignment]) -> list[Choice]:
    return [
        Choice(*board.numbers(row.slot, row.service_id))
        for row in plan
        if row.status is Status.ACTIVE and row.service_id is not None
    ]


def _plan(workspace: Workspace, choices: Iterable[Choice]) -> list[Assignment]:
    """Turn choices into the records that a run would add, the rest that follows from them included."""
    board = Board(workspace)
    for person, service, slot in choices:
        board.assign(person, service, slot)
    return active_records(board) + pair_duties(board).blocks


def main(
    preset: Annotated[str, typer.Option(help=f"Kind of roster: {', '.join(PRESETS)}.")] = "practice",
    seed: Annotated[int, typer.Option(help="Which of its kind.")] = 1,
    time_limit: Annotated[float, typer.Option(help="Seconds for each stage.")] = 60.0,
    workers: Annotated[int, typer.Option(help="Threads of the solver.")] = 1,
) -> None:
    """Compare the job with the proven optimum on one roster."""
    tables = make_roster(PRESETS[preset], seed)
    workspace = build_workspace(tables)
    started = time.perf_counter()
    processor = GreedyProcessor(build_workspace(tables))
    processor.process()
    seconds = time.perf_counter() - started
    job = measure(processor.board)
    optimum = solve(workspace, time_limit, workers, start=processor.workspace.assignments)
    print(f"{preset}, seed {seed}: {job.needed} places")
    print(f"job      {job.counts}  {seconds:.3f} s")
    print(f"optimum  {optimum.counts}  {optimum.seconds:.1f} s{'' if optimum.proven else ', not proven'}")


if __name__ == "__main__":
    typer.run(main)
