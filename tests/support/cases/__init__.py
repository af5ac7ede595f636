"""Rosters that once went wrong, each with what is proven to be possible.

Each file holds the tables as PostgREST returns them, and under `case` what it shows: `note`, what the job reached when
the case was found (`job`), and the proven optimum (`proven`): filled on-call places, other filled places, 24-hour
duties. They are examples of kinds (`benchmarks.strangers`), not all that counts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent

NAMES = sorted(file.stem for file in FOLDER.glob("*.json"))
"""Names of the cases."""


class Counts(NamedTuple):
    """How complete a roster is, planned rows included."""

    oncall: int
    other: int
    paired: int


@dataclass(frozen=True, slots=True)
class Case:
    """A roster and what is possible on it.

    Attributes:
        tables: Table name -> rows.
        note: What it shows.
        before: What the job reached when the case was found.
        proven: The proven optimum.
    """

    tables: dict[str, list[dict[str, Any]]]
    note: str
    before: Counts
    proven: Counts


def load(name: str) -> Case:
    """Read a case by its name (`NAMES`)."""
    content = json.loads((FOLDER / f"{name}.json").read_text())
    case = content.pop("case")
    return Case(content, case["note"], Counts(**case["job"]), Counts(**case["proven"]))
