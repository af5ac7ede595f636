"""What changes hands: halves and units.

A *half* is one service at one slot, whether or not a 24-hour duty has it as its half. A *unit* is what one person takes
as a whole: one half, or both halves of a 24-hour duty.
"""

from __future__ import annotations

from typing import NamedTuple

from greedy.solver.numbering import ServiceNumber, SlotNumber


class Half(NamedTuple):
    """A service at a slot, by their numbers."""

    service: ServiceNumber
    slot: SlotNumber


Unit = tuple[Half, ...]
"""One half, or a morning and an evening."""
