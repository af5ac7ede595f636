"""Drop the larger quotas that a filled roster can do without.

A quota one larger lets at most one more place be filled: take away one shift of that person and service, and the old
quota is enough. So a set is minimal as soon as none of its quotas can be relieved of its last shift at no loss, by
whatever chain of shifts that change hands (`Chains.relieve`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from greedy.domain.models import Workspace
from greedy.joint.boards import Work, works_on
from greedy.joint.remedies import JointRemedy, LargerQuota, applied
from greedy.solver.board import Board
from greedy.solver.chains import Chains
from greedy.solver.draft import Draft
from greedy.solver.numbering import PersonNumber, bits
from greedy.solver.parameters import Parameters


def tighten(
    workspace: Workspace, remedies: Sequence[JointRemedy], works: Iterable[Work], effort: int, parameters: Parameters
) -> tuple[list[JointRemedy], list[Work]]:
    """Drop larger quotas one by one, those of the people with the largest share first.

    Args:
        workspace: The roster without any remedy.
        remedies: Remedies with which the works are possible.
        works: Who works what, but for what planners have entered.
        effort: Steps that may be looked at in all.
        parameters: The bounds of a chain.

    Returns:
        The remedies that remain, and who works what with them: as much is filled.
    """
    kept, held = list(remedies), list(works)
    left, limit = effort, parameters.limits[1]
    while left > 0:
        board = Board(applied(workspace, kept))
        for slot, service_id in held:
            board.assign(*board.numbers(slot, service_id))
        chains = Chains(Draft(board), left, parameters)
        remedy = next(
            (remedy for remedy in _largest_first(board, kept) if _relieved(board, chains, remedy, limit)), None
        )
        left = chains.effort.left - 1
        if remedy is None:
            break
        kept = _without(kept, remedy)
        held = works_on(board)
    return kept, held


def _largest_first(board: Board, remedies: Iterable[JointRemedy]) -> list[LargerQuota]:
    """Return the last step of each quota that became larger, those of the people with the largest share first."""
    last = {(remedy.employee_id, remedy.service_code): remedy for remedy in remedies if isinstance(remedy, LargerQuota)}
    shares = {
        remedy.employee_id: board.total_share(board.person_number[remedy.employee_id]) for remedy in last.values()
    }
    return sorted(last.values(), key=lambda remedy: -shares[remedy.employee_id])


def _relieved(board: Board, chains: Chains, remedy: LargerQuota, limit: int) -> bool:
    """Whether somebody can manage with a quota one smaller; if so, the board is changed accordingly."""
    person = board.person_number[remedy.employee_id]
    service = next(
        number for number in board.service_number.values() if board.services[number].code == remedy.service_code
    )

    def used(*_: object) -> tuple[float, ...]:
        return (board.used[service].get(person, 0),)

    if used()[0] < remedy.new_quota:
        return True
    takers: set[PersonNumber] = set(bits(board.unspent[service]))
    return bool(takers) and chains.relieve((person, service), takers, used, limit)


def _without(remedies: Iterable[JointRemedy], dropped: LargerQuota) -> list[JointRemedy]:
    return [remedy for remedy in remedies if remedy is not dropped]
