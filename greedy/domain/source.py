"""By which words in `roster_assignments.source` the job knows its own rows again."""

from __future__ import annotations

from dataclasses import dataclass

SOURCE_ASSIGNED = "greedy"
SOURCE_BLOCKED = "greedy-blocking"


@dataclass(frozen=True, slots=True)
class SourceWords:
    """The job's own words in `roster_assignments.source`, by which it knows its rows again.

    Attributes:
        assigned: Of the ACTIVE rows that it writes (`GREEDY_SOURCE`).
        blocked: Of the BLOCKED rows that it writes (`GREEDY_SOURCE_BLOCKING`), and of those that the trigger makes for
            its duties.
    """

    assigned: str = SOURCE_ASSIGNED
    blocked: str = SOURCE_BLOCKED


OWN_WORDS = SourceWords()
"""The words where no setting names others; the job's SQL knows the job's rows by these."""
