"""Keep what can be kept: the duties of earlier runs go back on the board, as far as the rules still allow them.

Where not all of them fit any more, because a quota or the demand of a shift is smaller now, the ones dropped are those
that somebody else can simply take, so that few other duties have to move to make room. A 24-hour duty is kept or
dropped as a whole, so that it stays one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from greedy.domain.models import Assignment, StoredAssignment
from greedy.solver.board import Board
from greedy.solver.halves import Half, Unit
from greedy.solver.numbering import EVERYBODY, PersonNumber

Holding = tuple[PersonNumber, Half]
"""Somebody works a half."""

_Held = tuple[PersonNumber, Unit]


def holdings(board: Board, rows: Iterable[Assignment | StoredAssignment]) -> list[Holding]:
    """Return who works what according to the ACTIVE rows among some rows, by slot."""
    numbers = (board.numbers(row.slot, row.service_id) for row in rows if row.service_id is not None)
    return sorted(
        ((person, Half(service, slot)) for person, service, slot in numbers),
        key=lambda holding: (holding[1].slot, holding[0]),
    )


def keep(board: Board, held: Sequence[Holding]) -> None:
    """Assign what people held, as far as the rules allow it.

    Args:
        board: The roster without what was held.
        held: Who worked what, by slot.
    """
    units = [unit for unit in _units(board, held) if all(board.takers(*half) >> unit[0] & 1 for half in unit[1])]
    shifts = Counter((person, half.service) for person, unit in units for half in unit)
    staff = Counter(half for _, unit in units for half in unit)

    def fits(person: PersonNumber, half: Half) -> bool:
        left = board.quota[half.service].get(person, 0) - board.used[half.service].get(person, 0)
        return shifts[person, half.service] <= left and staff[half] <= board.shifts[half.slot, half.service].open.total

    contested = []
    for person, unit in units:
        if all(fits(person, half) for half in unit):
            _put(board, person, unit)
        else:
            contested.append((person, unit))
    for person, unit in sorted(contested, key=lambda held: _ease(board, *held)):
        _put(board, person, unit)


def _units(board: Board, held: Sequence[Holding]) -> list[_Held]:
    """Return what was held, both halves of a 24-hour duty together."""
    every = set(held)
    units: list[_Held] = []
    for person, half in held:
        duty = board.duty(*half)
        other = Half(duty.partner[0], half.slot + duty.partner[1]) if duty.partner else None
        if other is None or (person, other) not in every:
            units.append((person, (half,)))
        elif duty.is_morning:
            units.append((person, (half, other)))
    return units


def _put(board: Board, person: PersonNumber, unit: Unit) -> None:
    """Assign all of a unit, or nothing."""
    for number, half in enumerate(unit):
        if not board.takers(*half) >> person & 1:
            for done in unit[:number]:
                board.release(person, done.slot)
            return
        board.assign(person, *half)


def _ease(board: Board, person: PersonNumber, unit: Unit) -> tuple[bool, int]:
    """Return how easily somebody else could take a unit instead; lowest is hardest, and is kept first."""
    people = EVERYBODY & ~(1 << person)
    for half in unit:
        people &= board.takers(*half)
    return bool(people), -len(unit)
