"""What the database's blocking trigger was seen to do in a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TriggerEvidence:
    """What the database's trigger did between FASE 4A and FASE 4B, before the job made sure itself.

    Attributes:
        expected: BLOCKED rows that this run's new duties should have made.
        made: Those of them that were there.
    """

    expected: int
    made: int

    @property
    def success_rate(self) -> float:
        """Share of the expected rows that the trigger made, 0 to 1; 1 where none was expected."""
        return self.made / self.expected if self.expected else 1.0
