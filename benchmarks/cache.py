"""What the solver proved, kept in `optima.json` beside this file: a second run needs no solver.

An entry belongs to a kind of roster and a seed, and carries a hash of the roster's tables: when the generator changes,
it no longer fits and is solved anew. Only figures are kept, no plans.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from demo.needs import Tables

FILE = Path(__file__).with_name("optima.json")

RULES = 2
"""Number of the rules and aims that the entries are of: what was proven under others is no longer known."""


class Fairness(BaseModel):
    """The fairest roster that the solver found at the optimum's counts, within `seconds`.

    `from_job`: it began with the job's roster; else with one of its own.
    """

    seconds: float
    from_job: bool = False
    spread: float
    worst_spread: float
    deviation: float
    jain: float


class Entry(BaseModel):
    """What is known of one roster. An optimum that is not proven is the best found in `limit` seconds per count.

    Attributes:
        tables: Hash of the roster's tables.
        rules: What it was proven under (`RULES`).
        counts: On-call, other, paired.
        firm: Of the other places those of MOET and AANGEPAST.
    """

    tables: str
    rules: int = 1
    counts: tuple[int, int, int]
    firm: int = 0
    proven: bool
    limit: float
    seconds: float
    fairness: Fairness | None = None

    @property
    def aims(self) -> tuple[int, int, int, int]:
        """On-call, other of MOET and AANGEPAST, other of MAG, paired."""
        oncall, other, pairs = self.counts
        return oncall, self.firm, other - self.firm, pairs


_ENTRIES = TypeAdapter(dict[str, Entry])


def digest(tables: Tables) -> str:
    """Hash a roster's tables."""
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()[:16]


class Cache:
    """The entries on disk; every `put` is saved at once, so that an interrupted run loses nothing."""

    def __init__(self, file: Path = FILE) -> None:
        self.file = file
        self.entries = self._read()

    def _read(self) -> dict[str, Entry]:
        return _ENTRIES.validate_json(self.file.read_bytes()) if self.file.exists() else {}

    def get(self, kind: str, seed: int, tables: Tables) -> Entry | None:
        """Return the entry of a roster; None where the generator or the rules have changed since."""
        entry = self.entries.get(f"{kind}/{seed}")
        return entry if entry and (entry.tables, entry.rules) == (digest(tables), RULES) else None

    def put(self, kind: str, seed: int, entry: Entry) -> None:
        """Keep an entry, beside what another run has put there meanwhile."""
        every = self.entries | self._read() | {f"{kind}/{seed}": entry}
        self.entries = {key: kept for key, kept in every.items() if kept.rules == RULES}
        lines = (
            f"{json.dumps(key)}: {value.model_dump_json(exclude_none=True)}"
            for key, value in sorted(self.entries.items(), key=lambda item: _order(item[0]))
        )
        fresh = self.file.with_suffix(".new")
        fresh.write_text("{\n" + ",\n".join(lines) + "\n}\n")
        fresh.replace(self.file)


def _order(key: str) -> tuple[str, int]:
    kind, seed = key.rsplit("/", 1)
    return kind, int(seed)
