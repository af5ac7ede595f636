"""Linear and integer programs, solved by HiGHS: the one module that knows the library.

HiGHS counts its work in iterations and runs in one thread here, so that equal input gives an equal solution. It is
imported when the first program is solved: most rosters need none, and it takes a tenth of a second.

Source: Q. Huangfu and J. A. J. Hall, "Parallelizing the dual revised simplex method", Mathematical Programming
Computation 10 (2018); https://highs.dev.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from highspy import Highs

Column = int
"""A variable, by its number."""

Terms = Mapping[Column, float]
"""A linear expression: what each variable counts in it."""

Solution = Sequence[float]
"""The value of each variable."""

EXACT = 1e-6
"""By how much values differ that are the same but for rounding."""

_PRIMAL = 4
"""The primal simplex method, which goes on from any solution that meets the demands."""

MOST_WORK = 160_000_000
"""The most iterations of a linear program, times its variables: some 3 s. A practice's roster takes a thirtieth of it;
one that goes round in circles might take minutes, in which no signal would be heeded."""

_MOST_NODES = 10
"""The most branches that an integer program may take: what needs more is hardly worth its time."""

MOST_SECONDS = 20
"""The longest that an integer program may take: no measure of effort, but an end to what goes wrong. The library bounds
nothing before the first branch; of seven hundred strange rosters two took longer there, nearly all others less than
2 s. So hardly any machine is so slow that it gives up what another one solves."""


class Unsolved(Exception):  # noqa: N818  # no error of the job: it plans on without
    """The solver gives a program up, for what it says."""


class LinearProgram:
    """A program of variables between 0 and an upper bound: built, then solved for one aim after another.

    Each solution begins with the one before, so that what changes little takes little time.

    Attributes:
        proven: Whether the last solution in whole numbers is the best there is, not just the best that was found.
    """

    def __init__(self) -> None:
        self.proven = False
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._limits: list[float] = []
        self._starts: list[int] = []
        self._columns: list[Column] = []
        self._values: list[float] = []

    @property
    def size(self) -> int:
        """How many variables there are."""
        return len(self._upper)

    # To build it

    def add_variable(self, upper: float = 1) -> Column:
        """Add a variable from 0 to an upper bound, and return it."""
        self._lower.append(0)
        self._upper.append(upper)
        return len(self._upper) - 1

    def fix(self, columns: Iterable[Column], full: Collection[Column]) -> None:
        """Fix some variables: those that are full at their upper bounds, the others at 0."""
        for column in columns:
            self._lower[column] = self._upper[column] = self._upper[column] if column in full else 0

    def limit(self, columns: Collection[Column], most: float, less: Collection[Column] = ()) -> None:
        """Limit the sum of some variables, less the sum of others."""
        self._starts.append(len(self._columns))
        self._columns += [*columns, *less]
        self._values += [1.0] * len(columns) + [-1.0] * len(less)
        self._limits.append(most)

    def require(self, columns: Collection[Column], least: float) -> None:
        """Require that the sum of some variables is at least so much."""
        self.limit((), -least, less=columns)

    # To solve it

    def start_at(self, full: Collection[Column]) -> None:
        """Begin with a solution that meets all limits: some variables at their upper bounds, the others at 0."""
        from highspy import HighsBasis, HighsBasisStatus

        basis = HighsBasis()
        basis.valid = True
        basis.col_status = [
            HighsBasisStatus.kUpper if column in full else HighsBasisStatus.kLower for column in range(self.size)
        ]
        basis.row_status = [HighsBasisStatus.kBasic] * len(self._limits)
        self._solver.setBasis(basis)

    def demand(self, terms: Terms, least: float) -> None:
        """Demand of further solutions that an expression is at least so much."""
        self._solver.addRow(least, inf, len(terms), list(terms), list(terms.values()))

    def demand_nothing(self) -> None:
        """Take back all demands."""
        rows = range(len(self._limits), self._solver.getNumRow())
        self._solver.deleteRows(len(rows), list(rows))

    def maximize(self, terms: Terms) -> Solution:
        """Return a solution in which an expression is the most that it can be.

        Raises:
            Unsolved: The solver finds none.
        """
        from highspy import HighsModelStatus

        self._seek(terms)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status not in (HighsModelStatus.kOptimal, HighsModelStatus.kModelEmpty):
            raise Unsolved(self._solver.modelStatusToString(status))
        return list(self._solver.getSolution().col_value)

    def maximize_whole(
        self, terms: Terms, now: Collection[Column], whole: list[Column], region: Collection[Column], step: int = 1
    ) -> Solution | None:
        """Return a solution in whole numbers that is the best of those near another one, or the best found.

        Args:
            terms: What is to be the most that it can be, in whole numbers.
            now: The variables that are 1 now, in a solution that meets all limits.
            whole: The variables that must be whole numbers.
            region: Which of them may change.
            step: What counts: a solution that is less than this short of the most counts as the most.

        Returns:
            The solution, no worse than the other one (`proven`: none is better); None where the solver gave up.
        """
        from highspy import HighsModelStatus, HighsSolution, HighsVarType
        from numpy import full, uint8

        solver, kept = self._solver, [column for column in whole if column not in region]
        ones = [1.0 if column in now else 0.0 for column in range(self.size)]
        solver.changeColsBounds(len(kept), kept, [ones[one] for one in kept], [ones[one] for one in kept])
        solver.changeColsIntegrality(len(whole), whole, full(len(whole), HighsVarType.kInteger.value, uint8))
        solver.setOptionValue("presolve", "on")
        solver.setOptionValue("mip_abs_gap", step - EXACT)
        solver.setOptionValue("time_limit", solver.getRunTime() + MOST_SECONDS)
        self._seek(terms)
        start = HighsSolution()
        start.col_value = ones
        solver.setSolution(start)
        solver.run()
        status, solution = solver.getModelStatus(), list(solver.getSolution().col_value)
        solver.setOptionValue("time_limit", inf)
        solver.setOptionValue("presolve", "off")
        solver.changeColsIntegrality(len(whole), whole, full(len(whole), HighsVarType.kContinuous.value, uint8))
        solver.changeColsBounds(len(kept), kept, [self._lower[one] for one in kept], [self._upper[one] for one in kept])
        self.proven = status in (HighsModelStatus.kOptimal, HighsModelStatus.kModelEmpty)
        return solution if self.proven or status == HighsModelStatus.kSolutionLimit else None

    def _seek(self, terms: Terms) -> None:
        """Set what is to be the most that it can be."""
        from highspy import ObjSense

        solver = self._solver
        costs = [0.0] * self.size
        for column, worth in terms.items():
            costs[column] = worth
        solver.changeColsCost(self.size, list(range(self.size)), costs)
        solver.changeObjectiveSense(ObjSense.kMaximize)

    @cached_property
    def _solver(self) -> Highs:
        """The solver with this program."""
        from highspy import Highs, HighsLp, MatrixFormat

        class Silent(Highs):
            def __init__(self) -> None:
                super().__init__()  # type: ignore[no-untyped-call]

            def enableCallbacks(self) -> None:  # noqa: N802
                """Enable none: the library would greet on standard output, which is the result's."""

        program, rows = HighsLp(), len(self._limits)
        program.num_col_, program.num_row_ = self.size, rows
        program.col_cost_ = [0.0] * self.size
        program.col_lower_, program.col_upper_ = self._lower, self._upper
        program.row_lower_, program.row_upper_ = [-inf] * rows, self._limits
        matrix = program.a_matrix_
        matrix.format_, matrix.num_col_, matrix.num_row_ = MatrixFormat.kRowwise, self.size, rows
        matrix.start_, matrix.index_, matrix.value_ = [*self._starts, len(self._columns)], self._columns, self._values
        solver = Silent()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("presolve", "off"),
            ("simplex_strategy", _PRIMAL),
            ("simplex_iteration_limit", MOST_WORK // max(1, self.size)),
            ("mip_max_nodes", _MOST_NODES),
            ("mip_rel_gap", 0.0),
        ):
            solver.setOptionValue(option, value)
        solver.passModel(program)
        return solver
