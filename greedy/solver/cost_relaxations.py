"""Where it costs least to leave places open, by linear programs.

The roster's relaxation (`greedy.solver.relaxation`) gets a cost of what stays open (`greedy.solver.spread`), and must
be worth as much as the draft:

* how many dagdelen have nobody on call: a variable for each, 1 where nobody is;
* where places of other services are open. A square is convex, so that it can be had in linear terms: the k-th open
  place of a week costs 2k - 1 more than the one before, and the cheap ones come first by themselves. On-call duty stays
  as it is: with it the program takes ten times as long, and chains spread it well (`greedy.solver.spreading`).

Source: separable convex costs as piecewise linear ones, G. B. Dantzig, "Linear Programming and Extensions" (1963).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from math import floor

from greedy.solver.draft import Draft
from greedy.solver.linear import EXACT, Column, Terms
from greedy.solver.numbering import PER_DAY, ServiceNumber, SlotNumber
from greedy.solver.relaxation import HEAVIER, Relaxation

_WEIGHTS = HEAVIER**2, HEAVIER, 1
"""What an open place counts by week, by day, and on a weekend or a holiday."""


@dataclass(slots=True)
class _Group:
    """The places of a service in one week or on one day.

    Attributes:
        places: How many the run can fill.
        open: How many of them are open in the draft.
        takers: The variables of who could take them.
    """

    places: int = 0
    open: int = 0
    takers: list[Column] = field(default_factory=list)


class CostRelaxation(Relaxation, ABC):
    """The linear program of a draft's roster: worth as much as the draft, and what stays open costs least."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self._least = 0.0
        self._open: set[Column] = set()

    def solve(self) -> None:
        """Solve for the least cost at what the draft is worth, beginning with the draft.

        Raises:
            Unsolved: The solver finds no solution.
        """
        on_call, firm, optional, pairs = self.draft.value
        full, aim = self._full(), self._aim()
        self._program.start_at(full)
        for filled, value in zip(self._aims, (on_call, firm, firm + optional, pairs), strict=True):
            self._program.demand(filled.terms, value - filled.before)
        solution = self._program.maximize(aim)
        most = sum(worth * solution[column] for column, worth in aim.items())
        now = sum(worth for column, worth in aim.items() if column in full)
        self._least = self._cost - floor(most - now + EXACT)
        self._note(solution)

    @property
    def hopes(self) -> bool:
        """Whether the solution costs less than the draft does now."""
        return self._least < self._cost

    @property
    @abstractmethod
    def _cost(self) -> float:
        """What the draft costs now, in one number."""

    @abstractmethod
    def _aim(self) -> Terms:
        """Return what the solution is to have most of: the costs, negated."""

    def _full(self) -> set[Column]:
        return super()._full() | self._open


class CoverRelaxation(CostRelaxation):
    """It costs that dagdelen have nobody on call."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        uncovered = draft.spread.uncovered()
        takers: dict[SlotNumber, list[Column]] = {slot: [] for slot in sorted(draft.spread.asked)}
        for (service, slot), columns in self._takers.items():
            shift = self.board.shifts[slot, service]
            if self._is_on_call(service) and shift.needed.total:
                if any(shift.planned):
                    takers.pop(slot, None)
                elif slot in takers:
                    takers[slot] += columns.values()
        self._nobody = {slot: self._program.add_variable() for slot in takers}
        for slot, nobody in self._nobody.items():
            self._program.require([nobody, *takers[slot]], 1)
            if slot in uncovered:
                self._open.add(nobody)

    @property
    def _cost(self) -> float:
        return self.draft.spread.cost.uncovered

    def _aim(self) -> Terms:
        return dict.fromkeys(self._nobody.values(), -1)


class SpreadRelaxation(CostRelaxation):
    """It costs where other places than on-call ones are open."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self._weeks: dict[Column, int] = {}
        self._days: dict[Column, int] = {}
        self._free: dict[Column, int] = {}
        self._keep_on_call()
        self._add_squares()

    def _keep_on_call(self) -> None:
        """Fix what is on call, and who."""
        on_call = [column for (_, half), column in self._columns.items() if self._is_on_call(half.service)]
        self._program.fix([*on_call, *self._pairs.values()], self._full())

    def _add_squares(self) -> None:
        """Add a variable for each place that may be open in a week, and on a day: what it adds to the square."""
        weeks, days = dict[tuple[ServiceNumber, int], _Group](), dict[tuple[ServiceNumber, int], _Group]()
        spread = self.draft.spread
        for half, takers in self._takers.items():
            if self._is_on_call(half.service):
                continue
            shift = self.board.shifts[half.slot, half.service]
            for groups, period in ((weeks, spread.week[half.slot]), (days, half.slot // PER_DAY)):
                group = groups.setdefault((half.service, period), _Group())
                group.places += shift.vacant.total
                group.open += shift.open.total
                group.takers += takers.values()
            if spread.free[half.slot]:
                self._free |= dict.fromkeys(takers.values(), -1)
        _, firm, optional, _ = self.draft.value
        for costs, groups in ((self._weeks, weeks), (self._days, days)):
            for group in groups.values():
                places = [self._program.add_variable() for _ in range(min(group.places, -firm - optional))]
                self._program.require([*places, *group.takers], group.places)
                costs |= {place: 2 * order + 1 for order, place in enumerate(places)}
                self._open.update(places[: group.open])

    @property
    def _cost(self) -> float:
        """What the draft costs now, in one number; on-call places cost the same in each of these plans."""
        *_, weeks, days, free = self.draft.spread.cost
        return sum(weight * cost for weight, cost in zip(_WEIGHTS, (weeks, days, free), strict=True))

    def _aim(self) -> Terms:
        costs = zip(_WEIGHTS, (self._weeks, self._days, self._free), strict=True)
        return {column: -weight * cost for weight, some in costs for column, cost in some.items()}
