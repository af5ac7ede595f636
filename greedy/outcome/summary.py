"""A result made short enough for one line of a log: the same record, without the entries of its long lists.

What is left out is counted, and said where it is. First goes what only the page needs, last what the operator looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from greedy.outcome.result import LeftOut, RunResult

_CHECKS = "phases.fase4_database.trigger_verification.checks"

_CUTS: tuple[tuple[str, int], ...] = (
    ("open_shifts.people", 0),
    ("published.calendars", 0),
    ("changes.added", 0),
    ("changes.moved", 0),
    ("changes.taken_back", 0),
    (f"{_CHECKS}.dio_ddo_blocking.failures", 0),
    (f"{_CHECKS}.dio_ddo_blocking.clashes", 0),
    (f"{_CHECKS}.trigger_consistency.orphaned", 0),
    ("warnings", 20),
    ("uncovered", 20),
    ("open_shifts", 20),
    ("fairness.before.by_service", 0),
    ("fairness.after.by_service", 0),
    ("coverage.by_service", 20),
    ("warnings", 3),
    ("uncovered", 3),
    ("open_shifts", 3),
    ("coverage.by_service", 0),
    ("warnings", 0),
    ("uncovered", 0),
    ("open_shifts", 0),
    ("alerts", 0),
)
"""Lists of the result, in the order in which they are cut, each with the number of entries that stay."""

_ERROR_LENGTHS = (4_000, 1_000, 250)
"""Characters of the error that stay, when nothing else is left to be cut."""


def shorten(result: RunResult, fits: Callable[[RunResult], bool], whole_in: Sequence[str] = ()) -> RunResult:
    """Return a result that fits: the result itself, or one whose `left_out` says what is not there.

    Args:
        result: The result.
        fits: Whether a result is short enough.
        whole_in: Where the whole result is.
    """
    entries: dict[str, int] = {}
    short = result
    for path, kept in _CUTS:
        if fits(short):
            return short
        short, count = _cut(short, path.split("."), kept)
        if count:
            entries[path] = entries.get(path, 0) + count
            short = replace(short, left_out=LeftOut(entries=dict(entries), whole_in=tuple(whole_in)))
    for length in _ERROR_LENGTHS:
        if not fits(short) and len(short.error or "") > length:
            short = replace(short, error=f"{(short.error or '')[:length]} ...")
    return short


def _cut(part: Any, path: Sequence[str], kept: int) -> tuple[Any, int]:
    """Return a record of which a list has lost all but its first entries, and how many it has lost."""
    name, *rest = path
    value = getattr(part, name, None)
    if value is None:
        return part, 0
    if not rest:
        return replace(part, **{name: value[:kept]}), max(0, len(value) - kept)
    if not isinstance(value, tuple):
        shorter, count = _cut(value, rest, kept)
        return replace(part, **{name: shorter}), count
    cut = [_cut(entry, rest, kept) for entry in value]
    return replace(part, **{name: tuple(entry for entry, _ in cut)}), sum(count for _, count in cut)
