"""Boards on which somebody works something, and what they leave open."""

from __future__ import annotations

from collections.abc import Iterable

from greedy.domain.models import Slot, TeamDemand, Workspace
from greedy.joint.remedies import PlaceLeft
from greedy.solver.board import Board
from greedy.solver.draft import Draft

Work = tuple[Slot, str]
"""Who works what, and when: a slot and the id of a service."""


def works_on(board: Board) -> list[Work]:
    """Return who works what by the assignments of a board, by slot."""
    added = [(slot, person, service) for person in board.everyone for slot, service in board.added[person].items()]
    return [(board.slot_of(person, slot), board.services[service].id) for slot, person, service in sorted(added)]


def that_fit(workspace: Workspace, works: Iterable[Work]) -> list[Work]:
    """Return those of some works that the rules allow together; an earlier run's may not be allowed any more."""
    board = Board(workspace)
    for slot, service_id in works:
        person, service, number = board.numbers(slot, service_id)
        if board.takers(service, number) >> person & 1:
            board.assign(person, service, number)
    return works_on(board)


def board_with(workspace: Workspace, works: Iterable[Work]) -> Board:
    """Return a board on which some works are assigned."""
    board = Board(workspace)
    for slot, service_id in works:
        board.assign(*board.numbers(slot, service_id))
    return board


def shortfall_of(board: Board) -> tuple[int, int, int]:
    """Return how many on-call places are open, others of MOET and AANGEPAST, and of MAG."""
    on_call, firm, optional, _ = Draft(board).value
    return -on_call, -firm, -optional


def places_left(board: Board) -> tuple[PlaceLeft, ...]:
    """Return the places that are open on a board, by slot, service and team."""
    return tuple(
        PlaceLeft(
            date=date,
            dagdeel=dagdeel,
            team=team,
            service_code=board.services[service].code,
            missing=shift.open.of(team),
        )
        for (slot, service), shift in sorted(board.shifts.items())
        for date, dagdeel in (board.when(slot),)
        for team in TeamDemand
        if shift.open.of(team)
    )
