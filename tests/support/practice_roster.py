"""A five-week roster of the practice's real shape, loaded into somebody's database, with people of its own."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.real import RealSpec, make_real_roster
from tests.support import checker
from tests.support.database import answered
from tests.support.factories import MONDAY, Raw
from tests.support.foreign import ForeignDatabase, Variant
from tests.support.patience import Done
from tests.support.planner import ACTIVE, OPEN, UNAVAILABLE

DAY_BEFORE = str(MONDAY - dt.timedelta(days=1))
"""A `--today` on which the whole roster lies ahead."""

WORDS: Mapping[str, tuple[str, str]] = {
    "S1": ("ort", "system"),
    "S2": ("autofill", "system"),
    "S2+leftover": ("autofill", "system"),
}
"""For work and for rest, a word that the CHECK on `source` of each of the practice's databases allows."""


def settings_of(variant: Variant) -> dict[str, str]:
    """The settings by which the job runs on a database without our SQL."""
    assigned, blocked = WORDS[variant.practice]
    return {} if variant.ours else {"GREEDY_SOURCE": assigned, "GREEDY_SOURCE_BLOCKING": blocked}


def words_of(variant: Variant) -> tuple[str, str]:
    """The words that the job writes on a database with `settings_of` it."""
    return ("greedy", "greedy-blocking") if variant.ours else WORDS[variant.practice]


@dataclass
class PracticeRoster:
    """A roster of the practice on one of its databases.

    Attributes:
        tables: Its rows before any run, as they were loaded.
    """

    database: ForeignDatabase
    id: str
    tables: dict[str, list[Raw]]

    @property
    def rows(self) -> list[Raw]:
        """The slots as they are now."""
        return self.database.rows(self.id)

    @property
    def held(self) -> dict[tuple[str, str, str], Raw]:
        """The slots that are not open now, by person, date and dagdeel."""
        return {(row["employee_id"], row["date"], row["dagdeel"]): row for row in self.rows if row["status"] != OPEN}

    @property
    def requirements(self) -> dict[str, Raw]:
        """The requirements as they are now, by id."""
        return {row["id"]: row for row in self.database.rows(self.id, "roster_period_staffing_dagdelen")}

    @property
    def counters(self) -> dict[str, Any]:
        """The `invulling` of each requirement now, by its id."""
        return {name: row["invulling"] for name, row in self.requirements.items()}

    @property
    def status(self) -> str:
        """The roster's status now."""
        [row] = answered(self.database.client.table("roosters").select("status").eq("id", self.id))
        return str(row["status"])

    def run(self, *options: str, **settings: str) -> Done:
        """Run the command with the settings that this database needs."""
        given = settings_of(self.database.variant) | settings
        return self.database.ask(self.id, "--today", DAY_BEFORE, *options, settings=given)

    def result(self, *options: str, code: int = 0, **settings: str) -> dict[str, Any]:
        """Run the command, which must end with this exit code, and return its result."""
        done = self.run(*options, **settings)
        assert done.returncode == code, done.stderr[-4000:] + done.stdout[-4000:]
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    def broken_rules(self) -> list[str]:
        """What the independent checker has against the rows that came since the roster was loaded.

        It knows the job's own words; whose words these are instead, and what their trigger notes, is not its concern.
        """
        before = {
            (row["employee_id"], row["date"], row["dagdeel"])
            for row in self.tables["roster_assignments"]
            if row["status"] != OPEN
        }
        added = [row for slot, row in self.held.items() if slot not in before and row["status"] != UNAVAILABLE]
        return [
            told
            for told in checker.violations(self.tables, added, self.id)
            if not (": notes " in told or ": source " in told)
        ]

    def miscounted(self) -> dict[str, tuple[Any, int]]:
        """The counters that are not the number of ACTIVE rows that name the requirement, where any does."""
        named = Counter(
            row.get("roster_period_staffing_dagdelen_id") for row in self.held.values() if row["status"] == ACTIVE
        )
        return {
            name: (row["invulling"], named[name])
            for name, row in self.requirements.items()
            if named[name] and row["invulling"] != named[name]
        }

    def misnamed(self) -> list[Raw]:
        """The job's rows that name a wrong requirement: of other work, or any where nobody works."""
        requirements, job = self.requirements, set(words_of(self.database.variant))
        wrong = []
        for row in self.rows:
            named = requirements.get(row.get("roster_period_staffing_dagdelen_id") or "")
            if row["status"] == ACTIVE:
                same = named and all(named[key] == row[key] for key in ("date", "dagdeel", "service_id"))
                if not same and row["source"] in job:
                    wrong.append(row)
            elif named and row["source"] in job:
                wrong.append(row)
        return wrong


def load(database: ForeignDatabase, *, seed: int = 3) -> PracticeRoster:
    """Load a fresh roster; `seed` says which of its kind."""
    tables = make_real_roster(RealSpec(MONDAY), seed)
    mark = uuid.uuid4().hex[:6]
    fresh: dict[str, str] = defaultdict(lambda: str(uuid.uuid4()))
    for table, rows in tables.items():
        for row in rows:
            for column in ("id", "roster_id"):
                if column in row and table not in ("service_types", "employees"):
                    row[column] = fresh[row[column]]
            for column in ("employee_id", *(("id",) if table == "employees" else ())):
                if column in row:
                    row[column] = f"{row[column]}-{mark}"
    loaded = {table: [dict(row) for row in rows] for table, rows in tables.items()}
    roster_id = database.load(loaded)
    known = {row["code"]: row["id"] for row in answered(database.client.table("service_types").select("id,code"))}
    renamed = {row["id"]: known[row["code"]] for row in tables["service_types"]}
    for rows in tables.values():
        for row in rows:
            for column in ("id", "service_id"):
                if row.get(column) in renamed:
                    row[column] = renamed[row[column]]
    return PracticeRoster(database, roster_id, tables)
