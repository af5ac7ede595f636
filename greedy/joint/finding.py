"""Find the joint set of remedies of a plan, and verify it by planning with it.

Kind by kind, the most welcome first, remedies are allowed, and what is still open is filled with as few of them as can
be (`greedy.joint.filling`). What comes of it is read off as a set, tightened, and the roster planned with it as a run
plans it, from nothing. What that leaves open is filled in turn by a further round; the set that leaves the least open
wins, of equals the smallest. At last each remedy that could be superfluous is left out and the roster planned without
it, unless counting proves that none is (`greedy.joint.bounding`).

The figures of `JointSet` are those of such a plan, never of the search. All bounds are counts, so that the same rows
give the same set on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from greedy.domain.models import Workspace
from greedy.domain.period import Period
from greedy.joint.boards import Work, board_with, places_left, shortfall_of, that_fit, works_on
from greedy.joint.bounding import LeastQuotas
from greedy.joint.filling import fill
from greedy.joint.reading import read
from greedy.joint.relaxing import Facts, Freedom
from greedy.joint.remedies import JointRemedy, JointSet, LargerQuota, applied
from greedy.joint.tightening import tighten
from greedy.solver.board import Board
from greedy.solver.parameters import DEFAULT, Parameters
from greedy.solver.plan import make_plan
from greedy.solver.replan import own_duties, without


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is looked at for a joint set, at most; all are counts.

    Attributes:
        open_places: Open places of a roster; for one with more, no set is looked for, as nobody could use it.
        shifts: Shifts of a roster; for a larger one, no set is looked for, as each verification plans the whole of it.
        effort: Steps that each search for chains to fill open places may look at.
        tightening: Steps that each search for superfluous quotas may look at.
        sets: Sets of about the fewest remedies that are tried, each made of the plan that the one before led to.
        additions: Times that remedies are added to the last of them, where none filled everything.
        left_out: Times that the roster is planned anew with less of the set, to see whether the rest is superfluous.
    """

    open_places: int = 250
    shifts: int = 4_000
    effort: int = 1_000
    tightening: int = 2_500
    sets: int = 4
    additions: int = 3
    left_out: int = 2


BOUNDS = Bounds()
"""What the job looks at."""


class _Verified(NamedTuple):
    """A set of remedies, and the roster planned with it."""

    remedies: list[JointRemedy]
    board: Board

    @property
    def rank(self) -> tuple[tuple[int, int, int], int]:
        """What decides between two sets, less is better: what stays open, then how many remedies there are."""
        return self.shortfall, len(self.remedies)

    @property
    def shortfall(self) -> tuple[int, int, int]:
        """Open on-call places, other open places of MOET and AANGEPAST, and those of MAG."""
        return shortfall_of(self.board)


def find_joint_set(
    workspace: Workspace,
    board: Board,
    period: Period | None = None,
    parameters: Parameters = DEFAULT,
    bounds: Bounds = BOUNDS,
) -> JointSet | None:
    """Find few remedies that together fill what a plan leaves open, as much of it as remedies can fill.

    Args:
        workspace: The roster as the run has planned it (`Plan.workspace`); it stays as it is.
        board: The same with what the run assigns (`Plan.board`).
        period: The days to which the run is confined; None for all.
        parameters: The bounds of planning.
        bounds: The bounds of the search.

    Returns:
        The set, empty where nothing helps; None where nothing is open, or more than the bounds allow.
    """
    open_before = sum(shift.open.total for shift in board.shifts.values())
    if not open_before or open_before > bounds.open_places or len(board.shifts) > bounds.shifts:
        return None
    own = own_duties(workspace, period)
    base = without(workspace, own)
    works = that_fit(base, [(row.slot, row.service_id or "") for row in own] + works_on(board))
    best = _Search(base, period, parameters, bounds).find(works)
    left_open = places_left(best.board)
    if sum(place.missing for place in left_open) >= open_before:
        return JointSet(remedies=(), open_before=open_before, fills=0, left_open=places_left(board))
    return JointSet(
        remedies=tuple(best.remedies),
        open_before=open_before,
        fills=open_before - sum(place.missing for place in left_open),
        left_open=left_open,
    )


class _Search:
    """The search for one roster's set."""

    def __init__(self, base: Workspace, period: Period | None, parameters: Parameters, bounds: Bounds) -> None:
        self.base = base
        self.period = period
        self.parameters = parameters
        self.bounds = bounds
        self._least = LeastQuotas(Board(base))
        self._unshared = replace(
            parameters, rounds=0, only_fill=True, relaxed_possibilities=0, recreations=0, cover_recreations=0
        )

    def find(self, works: list[Work]) -> _Verified:
        """Return the best set that planning with it verifies.

        Args:
            works: Who works what without any remedy, but for what planners have entered.
        """
        found = _Verified([], board_with(self.base, works))
        best: _Verified | None = None
        for number in range(self.bounds.sets + self.bounds.additions):
            more, works, expected = self._more(applied(self.base, found.remedies), works_on(found.board))
            if best is not None and not more:
                break
            remedies = [*found.remedies, *more]
            if number < self.bounds.sets and (any(expected) or len(remedies) > self._least.to_fill_all()):
                remedies, _ = tighten(self.base, remedies, works, self.bounds.tightening, self.parameters)
            found = self._planned(remedies, self._unshared)
            if best is None or found.rank < best.rank:
                best = found
            if found.shortfall <= expected:
                break
        if best is None or any(best.shortfall):
            best = self._planned((best or found).remedies, self.parameters)
        return self._without_superfluous(best)

    def _more(
        self, workspace: Workspace, works: list[Work]
    ) -> tuple[list[JointRemedy], list[Work], tuple[int, int, int]]:
        """Return remedies that fill what is open; who works what with them; and what is open all the same.

        What planners have entered is not among the works, whether taken over or not.
        """
        facts = Facts(workspace, self.period)
        found = read(facts, works, ())
        everything, least = works, shortfall_of(board_with(workspace, works))
        for freedom in Freedom:
            if not any(least):
                break
            lifted = facts.movable if freedom >= Freedom.TAKE_OVERS else ()
            if freedom is Freedom.TAKE_OVERS:
                everything = everything + [(row.slot, row.service_id or "") for row in lifted]
            board = fill(facts, freedom, everything, self.bounds.effort, self.parameters)
            if (shortfall := shortfall_of(board)) < least:
                everything, least = works_on(board), shortfall
                found = read(facts, everything, lifted)
        return found.remedies, found.works, least

    def _planned(self, remedies: list[JointRemedy], parameters: Parameters) -> _Verified:
        """Plan the roster with some remedies.

        Sharing out never leaves more open than there was before it. So where nothing is open without it, that is all
        there is to know.
        """
        return _Verified(remedies, make_plan(applied(self.base, remedies), parameters=parameters).board)

    def _without_superfluous(self, best: _Verified) -> _Verified:
        """Return a set without what the plan can do without: tightened, then with a few left out by way of trial.

        Where counting proves that larger quotas alone could not be fewer, nothing is tried.
        """
        if len(best.remedies) <= self._least.to_come_to(best.board):
            return best
        parameters = self.parameters if any(best.shortfall) else self._unshared
        left = self.bounds.left_out if parameters is self._unshared else self.bounds.left_out // 2
        fewer, _ = tighten(self.base, best.remedies, works_on(best.board), self.bounds.tightening, self.parameters)
        dropped = [remedy for remedy in best.remedies if remedy not in fewer]
        while dropped and left > 0:
            left -= 1
            found = self._planned([remedy for remedy in best.remedies if remedy not in dropped], parameters)
            if found.shortfall <= best.shortfall:
                best, dropped = found, []
            else:
                dropped = dropped[: len(dropped) // 2]
        for remedy in self._perhaps_superfluous(best)[: max(0, left)]:
            found = self._planned([other for other in best.remedies if other != remedy], parameters)
            if found.shortfall <= best.shortfall:
                best = found
        return best

    def _perhaps_superfluous(self, found: _Verified) -> list[JointRemedy]:
        """Return the remedies of a set that it might do without, the least welcome first.

        A larger quota is among them only where some quota of that service is left over, as each filled place uses one
        shift of somebody's; services with the most left over go first. Of a quota that is several larger, it is the
        last step.
        """
        board = found.board
        left = {
            board.services[service].code: sum(
                max(0, quota - board.used[service].get(person, 0)) for person, quota in board.quota[service].items()
            )
            for service in board.service_number.values()
        }
        quotas = [remedy for remedy in found.remedies if isinstance(remedy, LargerQuota)]
        others = [remedy for remedy in found.remedies if not isinstance(remedy, LargerQuota)]
        last = {(remedy.employee_id, remedy.service_code): remedy for remedy in quotas if left[remedy.service_code]}
        return [*reversed(others), *sorted(last.values(), key=lambda remedy: -left[remedy.service_code])]
