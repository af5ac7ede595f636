"""Why somebody cannot take a shift, and who could if one thing about them were different."""

from __future__ import annotations

from enum import StrEnum

from greedy.solver.board import Board
from greedy.solver.numbering import Mask, PersonNumber, ServiceNumber, SlotNumber


class Obstacle(StrEnum):
    """The one fact that rules a person out for a shift; the first that holds, in this order."""

    SERVICE_INACTIVE = "service_inactive"
    EMPLOYEE_INACTIVE = "inactive"
    UNAVAILABLE = "unavailable"
    WORKS = "works"
    RESTS = "rests"
    BLOCKED = "blocked"
    QUOTA_USED = "quota_used"
    WOULD_LOSE_REST = "would_lose_rest"


def obstacle(
    board: Board, person: PersonNumber, service: ServiceNumber, slot: SlotNumber
) -> tuple[Obstacle, str] | None:
    """Return the first fact that rules a qualified person out, and its details; None when nothing does."""
    bit = 1 << person
    if not board.services[service].active:
        return Obstacle.SERVICE_INACTIVE, ""
    if not board.people[person].active:
        return Obstacle.EMPLOYEE_INACTIVE, ""
    if board.unavailable[slot] & bit:
        return Obstacle.UNAVAILABLE, ""
    if board.active[slot] & bit:
        return Obstacle.WORKS, _code(board, board.works[person, slot])
    if board.resting[slot] & bit:
        return Obstacle.RESTS, _work_at(board, person, min(board.causes(person, slot)))
    if board.blocked[slot] & bit:
        return Obstacle.BLOCKED, ""
    if not board.unspent[service] & bit:
        return Obstacle.QUOTA_USED, f"{board.used[service].get(person, 0)} of {board.quota[service][person]}"
    for distance, same_day in board.duty(service, slot).rests:
        if board.active[slot + distance] & bit:
            return Obstacle.WOULD_LOSE_REST, _work_at(board, person, slot + distance)
        if same_day and board.unavailable[slot + distance] & bit:
            return Obstacle.WOULD_LOSE_REST, "unavailable on {} {}".format(*board.when(slot + distance))
    return None


def people_without_quota(board: Board, service: ServiceNumber, slot: SlotNumber) -> Mask:
    """Return who could take a service at a slot now if their quota were one larger."""
    return board.qualified[service] & ~board.unspent[service] & board.free(service, slot)


def people_without_qualification(board: Board, service: ServiceNumber, slot: SlotNumber) -> Mask:
    """Return who could take a service at a slot now if they were qualified for it."""
    return board.employed & ~board.qualified[service] & board.free(service, slot)


def _work_at(board: Board, person: PersonNumber, slot: SlotNumber) -> str:
    return "{} on {} {}".format(_code(board, board.works[person, slot]), *board.when(slot))


def _code(board: Board, service: ServiceNumber | None) -> str:
    return "work" if service is None else board.services[service].code
