"""The best roster by trying all there are: slow, but obviously right, for rosters of a few choices."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from greedy.domain.models import Workspace
from greedy.solver.board import Board
from greedy.solver.draft import Draft, Value
from greedy.solver.halves import Half
from greedy.solver.numbering import PersonNumber, bits
from greedy.solver.spread import Cost

Choices = list[tuple[PersonNumber, Half]]


def choices(board: Board) -> Choices:
    """Return who may take what while nothing is assigned: what they may not then, they never may."""
    halves = (Half(service, slot) for slot, service in board.shifts)
    return [(person, half) for half in halves for person in bits(board.takers(*half))]


def most_of_all(workspace: Workspace) -> Value:
    """Return the most that any roster is worth."""
    board = Board(workspace)
    draft = Draft(board)
    return max(draft.value for _ in every_plan(draft, choices(board)))


def least_cost(plan: Draft) -> Cost:
    """Return the least cost of what stays open in a plan that has as much, and the same people on call."""
    draft = Draft(Board(plan.board.workspace))
    on_call = [(person, half) for person, half in assigned(plan) if is_on_call(plan, half)]
    for person, half in on_call:
        draft.assign(person, (half,))
    left = [(person, half) for person, half in choices(draft.board) if not is_on_call(plan, half)]
    return min(draft.spread.cost for _ in every_plan(draft, left) if has_as_much(draft.value, plan.value))


def fewest_uncovered(plan: Draft) -> int:
    """Return the fewest dagdelen that can have nobody on call where as much is filled and paired as in a plan."""
    draft = Draft(Board(plan.board.workspace))
    left = choices(draft.board)
    return min(draft.spread.cost.uncovered for _ in every_plan(draft, left) if has_as_much(draft.value, plan.value))


def has_as_much(one: Value, other: Value) -> bool:
    """Whether no count of one plan is less than that of another: on call, of MOET, of all other places, of pairs."""
    return (
        one.on_call >= other.on_call
        and one.firm >= other.firm
        and one.firm + one.optional >= other.firm + other.optional
        and one.pairs >= other.pairs
    )


def remake(plan: Draft, wanted: Collection[tuple[PersonNumber, Half]]) -> None:
    """Make a plan another one, of which each assignment must obey the rules."""
    for person, half in assigned(plan):
        plan.release(person, (half,))
    for person, half in sorted(wanted):
        assert plan.board.takers(*half) >> person & 1
        plan.assign(person, (half,))


def assigned(plan: Draft) -> Choices:
    """Return what a run has assigned."""
    added = plan.board.added
    return [(person, Half(service, slot)) for person in plan.board.everyone for slot, service in added[person].items()]


def is_on_call(plan: Draft, half: Half) -> bool:
    return plan.board.services[half.service].is_system


def every_plan(draft: Draft, left: Choices) -> Iterator[None]:
    """Make each plan that some choices allow, one after the other, of the draft.

    A roster that obeys the rules can be made in any order: whatever is left out of one, the rest obeys them too.
    """
    if not left:
        yield
        return
    (person, half), *later = left
    yield from every_plan(draft, later)
    if draft.board.takers(*half) >> person & 1:
        draft.assign(person, (half,))
        yield from every_plan(draft, later)
        draft.release(person, (half,))
