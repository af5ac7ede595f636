"""Everything that the page says, by the part of the page that says it; `TEXTS` looks all of it up by name.

A name is in one module only, and `common` has what more than one part says.
"""

from __future__ import annotations

from types import MappingProxyType

from greedy.page.texts import (
    advice,
    changes,
    common,
    coverage,
    fairness,
    frame,
    notes,
    obstacles,
    open_shifts,
    own,
    roster,
    rows,
    verdict,
    why,
)

PARTS = (
    common.TEXTS,
    frame.TEXTS,
    verdict.TEXTS,
    roster.TEXTS,
    own.TEXTS,
    why.TEXTS,
    open_shifts.TEXTS,
    obstacles.TEXTS,
    advice.TEXTS,
    coverage.TEXTS,
    fairness.TEXTS,
    changes.TEXTS,
    notes.TEXTS,
    rows.TEXTS,
)
"""The texts of each part of the page."""

TEXTS = MappingProxyType({name: text for part in PARTS for name, text in part.items()})
"""Name -> text."""
