"""The parts of a day."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property


class Dagdeel(StrEnum):
    """Part of a day: O ochtend (09-13), M middag (13-18), A avond and night (18-09)."""

    OCHTEND = "O"
    MIDDAG = "M"
    AVOND = "A"

    @cached_property
    def order(self) -> int:
        """Place within the day, 0 to 2."""
        return list(Dagdeel).index(self)
