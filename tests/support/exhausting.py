"""The best roster by trying all there are: slow, but obviously right, for rosters of a few choices."""

from __future__ import annotations

from greedy.domain.models import Workspace
from greedy.solver.board import Board
from greedy.solver.draft import Draft, Value
from greedy.solver.halves import Half
from greedy.solver.numbering import PersonNumber, bits

Choices = list[tuple[PersonNumber, Half]]


def choices(board: Board) -> Choices:
    """Return who may take what while nothing is assigned: what they may not then, they never may."""
    halves = (Half(service, slot) for slot, service in board.shifts)
    return [(person, half) for half in halves for person in bits(board.takers(*half))]


def most_of_all(workspace: Workspace) -> Value:
    """Return the most that any roster is worth.

    A roster that obeys the rules can be made in any order: whatever is left out of one, the rest obeys them too.
    """
    board = Board(workspace)
    return _most(Draft(board), choices(board))


def _most(draft: Draft, left: Choices) -> Value:
    if not left:
        return draft.value
    (person, half), *later = left
    most = _most(draft, later)
    if draft.board.takers(*half) >> person & 1:
        draft.assign(person, (half,))
        most = max(most, _most(draft, later))
        draft.release(person, (half,))
    return most
