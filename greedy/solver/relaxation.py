"""The roster as a linear program: how much could be filled and paired if people were divisible.

Rules and aims are linear in who takes what: a variable for each shift that somebody could take, 1 where they take it.
Let these be fractions, and the program is easily solved, exactly. What it comes to, rounded down, no roster can exceed;
nearly always there is a roster that reaches it. So it proves that a plan is the best there is, where counting
(`greedy.solver.bounds`) does not. Its solution is a plan but for a few fractions, which `greedy.solver.rounding` makes
whole.

Limits, as in `docs/rules.md`, section "Rules": a quota is not exceeded (3); the people added to a shift fill places of
it, by team (4, Hall's condition); nobody has two shifts in one slot, nor one in the rest of another (2, 5). Rules 1, 2
and 5 as far as they concern one shift alone decide which variables there are.

Sources: the relaxation of an integer program, G. L. Nemhauser and L. A. Wolsey, "Integer and Combinatorial
Optimization" (1988); one aim after the other, each kept while the next is sought, is lexicographic (preemptive) goal
programming, J. P. Ignizio, "Goal Programming and Extensions" (1976).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from math import floor

from greedy.domain.demand import Shift, by_team
from greedy.domain.models import Team
from greedy.solver.draft import Draft, Value
from greedy.solver.halves import Half
from greedy.solver.linear import EXACT, Column, LinearProgram, Solution, Terms
from greedy.solver.numbering import NO_ONE, PersonNumber, ServiceNumber, SlotNumber, bits

Choice = tuple[PersonNumber, Half]
"""Somebody takes a half."""

Shares = Mapping[Choice, float]
"""How much of a half somebody takes, more than 0 and at most 1."""

HEAVIER = 100
"""How much more an aim counts than the next where all are sought at once: more than one place can cost of the next."""

_ROUNDED_UP = 0.5
"""A share above this is a whole one but for rounding, where there are whole ones only."""


@dataclass(slots=True)
class _Aim:
    """One of the aims: what it comes to.

    Attributes:
        before: What it comes to where nobody takes anything.
        columns: The variables that add to it, one each.
    """

    before: int = 0
    columns: list[Column] = field(default_factory=list)

    @property
    def terms(self) -> Terms:
        return dict.fromkeys(self.columns, 1)


class Relaxation:
    """The linear program of a draft's roster. What it comes to does not depend on what the draft has assigned.

    Attributes:
        shares: The solution: who takes how much of what.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.board = draft.board
        self.shares: Shares = {}
        self._program = LinearProgram()
        self._columns: dict[Choice, Column] = {}
        self._takers: dict[Half, dict[PersonNumber, Column]] = {}
        self._pairs: dict[Choice, Column] = {}
        self._on_call, self._firm, self._others, self._paired = self._aims = _Aim(), _Aim(), _Aim(), _Aim()
        self._add_choices()
        for half, takers in self._takers.items():
            self._limit_staff(half, takers)
        for person in self.board.everyone:
            self._limit_slots(person)
        for morning, evening in self._duties():
            self._add_pairs(morning, evening)

    @property
    def size(self) -> int:
        """How many variables there are."""
        return self._program.size

    @property
    def proven(self) -> bool:
        """Whether no plan is better than the last that `best` returned."""
        return self._program.proven

    @property
    def choices(self) -> Collection[Choice]:
        """All that somebody could take."""
        return self._columns.keys()

    # Variables and limits

    def _add_choices(self) -> None:
        """Add a variable for what each person could take, and limit these by the quotas."""
        board = self.board
        of_ledgers: dict[tuple[PersonNumber, ServiceNumber], list[Column]] = defaultdict(list)
        for (slot, service), shift in board.shifts.items():
            half = Half(service, slot)
            takers = self._takers[half] = {}
            for person in bits(self.draft.could((half,))) if shift.vacant.total else ():
                takers[person] = self._columns[person, half] = self._program.add_variable()
                of_ledgers[person, service].append(takers[person])
        for (person, service), columns in of_ledgers.items():
            used = board.used[service].get(person, 0) - list(board.added[person].values()).count(service)
            if (left := board.quota[service][person] - used) < len(columns):
                self._program.limit(columns, left)

    def _limit_staff(self, half: Half, takers: dict[PersonNumber, Column]) -> None:
        """Limit who is added to a shift to those who fill places of it, and note what aims they add to."""
        shift, columns = self.board.shifts[half.slot, half.service], list(takers.values())
        teams = {team: [takers[person] for person in takers if self.board.team[person] is team] for team in Team}
        if columns:
            (tot, gro, ora), (groen, oranje, overig) = shift.needed, shift.planned
            room = by_team(shift.needed, shift.planned)
            self._program.limit(columns, shift.vacant.total)
            self._program.limit(teams[Team.GROEN], gro + tot + oranje + overig - room)
            self._program.limit(teams[Team.ORANJE], ora + tot + groen + overig - room)
        filled = self._on_call if self._is_on_call(half.service) else self._others
        filled.before -= shift.vacant.total
        filled.columns += columns
        if filled is self._others and shift.firm == shift.needed:
            self._firm.before -= shift.vacant.total
            self._firm.columns += columns
        elif filled is self._others and shift.firm.total:
            self._add_firm(shift, teams)

    def _is_on_call(self, service: ServiceNumber) -> bool:
        return self.board.services[service].is_system

    def _add_firm(self, shift: Shift, teams: Mapping[Team, list[Column]]) -> None:
        """Add a variable for the filled places of MOET and AANGEPAST, where a shift has others as well."""
        firm = self._program.add_variable(shift.firm.total)
        self._firm.before -= shift.firm.total
        self._firm.columns.append(firm)
        (tot, gro, ora), (groen, oranje, overig) = shift.firm, shift.planned
        anyway = sum(shift.planned) - by_team(shift.needed, shift.planned)  # these take whatever place remains
        of_groen, of_oranje, of_overig = teams[Team.GROEN], teams[Team.ORANJE], teams[Team.OVERIG]
        self._program.limit([firm], groen + oranje + overig, less=of_groen + of_oranje + of_overig)
        self._program.limit([firm], tot + gro + oranje + overig + anyway, less=of_oranje + of_overig)
        self._program.limit([firm], tot + ora + groen + overig + anyway, less=of_groen + of_overig)

    def _limit_slots(self, person: PersonNumber) -> None:
        """Limit somebody to one shift in a slot, and none in a slot that a duty needs for rest."""
        there: dict[SlotNumber, list[Column]] = defaultdict(list)
        resting: dict[tuple[SlotNumber, SlotNumber], list[Column]] = defaultdict(list)
        for (service, slot), takers in self._takers.items():
            if person in takers:
                there[slot].append(takers[person])
                for distance, _ in self.board.duty(service, slot).rests:
                    resting[slot, SlotNumber(slot + distance)].append(takers[person])
        for columns in there.values():
            self._program.limit(columns, 1)
        for (_, rest), duties in resting.items():
            if rest in there:
                self._program.limit(duties + there[rest], 1)

    def _duties(self) -> Iterator[tuple[Half, Half]]:
        """Yield the morning and the evening of each 24-hour duty, of which one may be another roster's."""
        for half in self._takers:
            duty = self.board.duty(*half)
            if duty.partner:
                service, distance = duty.partner
                other = Half(service, half.slot + distance)
                if duty.is_morning:
                    yield half, other
                elif other not in self._takers:
                    yield other, half

    def _add_pairs(self, morning: Half, evening: Half) -> None:
        """Add a variable for each person who could have a day's 24-hour duty, unless it was planned before the run."""
        duty = morning, evening
        for person in self.board.everyone:
            columns = [takers[person] for takers in map(self._takers_of, duty) if person in takers]
            planned = sum(self._is_planned(person, half) for half in duty)
            if len(columns) + planned < len(duty):
                continue
            if not columns:
                self._paired.before += morning in self._takers
                continue
            pair = self._pairs[person, morning] = self._program.add_variable()
            self._paired.columns.append(pair)
            for column in columns:
                self._program.limit([pair], 0, less=[column])

    def _takers_of(self, half: Half) -> Mapping[PersonNumber, Column]:
        """Return who could take a half; nobody where it is no shift of the roster."""
        return self._takers.get(half, {})

    def _is_planned(self, person: PersonNumber, half: Half) -> bool:
        """Whether somebody works a half that this run has not assigned."""
        works = self.draft.works.get(half, NO_ONE) >> person & 1
        return bool(works) and half.slot not in self.board.added[person]

    # Solutions

    def solve(self) -> None:
        """Solve for all aims, beginning with the draft.

        Raises:
            Unsolved: The solver finds no solution.
        """
        self._program.start_at(self._full())
        self._note(self._program.maximize(self._aim()))

    def most(self) -> Value:
        """Return the most that any roster can be worth, and solve for that.

        Raises:
            Unsolved: The solver finds no solution.
        """
        self.solve()  # the aims one by one begin close to what they come to
        reached = []
        try:
            for aim in self._aims:
                solution = self._program.maximize(aim.terms)
                reached.append(floor(sum(solution[column] for column in aim.columns) + EXACT))
                self._program.demand(aim.terms, reached[-1])
        finally:
            self._program.demand_nothing()
        self._note(solution)
        on_call, firm, others, paired = (aim.before + most for aim, most in zip(self._aims, reached, strict=True))
        return Value(on_call, firm, others - firm, paired)

    def unsettled(self) -> set[Choice]:
        """Return what somebody takes a part of in the solution, or takes there or in the draft alone."""
        assigned, shares = self.assigned(), self.shares
        parts = {choice for choice, share in shares.items() if share < 1 - EXACT}
        return parts | (shares.keys() ^ assigned.keys())

    def best(self, region: Collection[Choice]) -> set[Choice] | None:
        """Return what is assigned in the best roster that is found in which only some choices differ from the draft.

        Of equals one is sought that has much of what the draft has assigned, but not proven to have the most of it.

        Returns:
            The choices; None where the solver gave up. Whether none are better, `proven` says.
        """
        assigned = self.assigned()
        step = len(assigned) + 1
        terms = {column: worth * step for column, worth in self._aim().items()}
        for column in assigned.values():
            terms[column] = terms.get(column, 0) + 1
        solution = self._program.maximize_whole(
            terms,
            step=step,
            now=self._full(),
            whole=list(self._columns.values()),
            region={self._columns[choice] for choice in region},
        )
        if solution is None:
            return None
        return {choice for choice, column in self._columns.items() if solution[column] > _ROUNDED_UP}

    def _aim(self) -> Terms:
        """Return all aims in one expression, the most important the heaviest."""
        terms: dict[Column, float] = defaultdict(int)
        for order, aim in enumerate(reversed(self._aims)):
            for column in aim.columns:
                terms[column] += HEAVIER**order
        return terms

    def assigned(self) -> dict[Choice, Column]:
        """Return what the draft has assigned, and the variables of it."""
        added = self.board.added
        choices = [(one, Half(service, slot)) for one in self.board.everyone for slot, service in added[one].items()]
        return {choice: self._columns[choice] for choice in choices}

    def _full(self) -> set[Column]:
        """Return the variables that are 1 in the draft: of what it has assigned, and of its 24-hour duties."""
        pairs = {pair for (person, half), pair in self._pairs.items() if self.draft.paired(half) >> person & 1}
        return pairs.union(self.assigned().values())

    def _note(self, solution: Solution) -> None:
        self.shares = {one: solution[column] for one, column in self._columns.items() if solution[column] > EXACT}
