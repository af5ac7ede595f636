"""Mixing: an order that looks like chance and is none, so that equal input gives an equal plan."""

from __future__ import annotations

from zlib import crc32

from greedy.solver.halves import Unit
from greedy.solver.numbering import PersonNumber


def mixed(turn: int, what: PersonNumber | Unit | None = None, more: Unit = ()) -> int:
    """Return a number that differs by turn, so that what is sorted by it is in another order each time."""
    return crc32(repr((turn, what, more)).encode())
