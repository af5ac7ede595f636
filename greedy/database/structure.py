"""The six tables as the migrations make them: columns, what is lost without one, unique keys.

Columns that the job does not use are left out: one that is NOT NULL without a default is found by trying to write.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from greedy.database.tables import ASSIGNMENTS, COUNTER, EMPLOYEES, QUALIFICATIONS, REQUIREMENTS, ROSTERS, SERVICES
from greedy.domain.models import REQUIREMENT_COLUMN

_KEY = "uuid primary key default gen_random_uuid()"
_YES = "boolean not null default true"

DEFINITIONS: Mapping[str, Mapping[str, str]] = {
    ROSTERS: {"id": _KEY, "start_date": "date", "end_date": "date", "status": "text not null default 'concept'"},
    EMPLOYEES: {
        "id": "text primary key",
        "voornaam": "text",
        "achternaam": "text not null default ''",
        "team": "text not null default 'Overig'",
        "actief": _YES,
    },
    SERVICES: {
        "id": _KEY,
        "code": "text",
        "naam": "text",
        "is_system": "boolean not null default false",
        "actief": _YES,
        "kleur": "text",
        "begintijd": "text",
        "eindtijd": "text",
        "dienstwaarde": "numeric default 1",
    },
    REQUIREMENTS: {
        "id": _KEY,
        "roster_id": "uuid",
        "date": "date",
        "dagdeel": "text",
        "team": "text",
        "service_id": "uuid",
        "status": "text",
        "aantal": "integer not null default 0",
        COUNTER: "integer not null default 0",
    },
    QUALIFICATIONS: {
        "id": _KEY,
        "roster_id": "uuid",
        "employee_id": "text",
        "service_id": "uuid",
        "aantal": "integer not null default 0",
        "actief": _YES,
    },
    ASSIGNMENTS: {
        "id": _KEY,
        "roster_id": "uuid",
        "employee_id": "text",
        "date": "date",
        "dagdeel": "text",
        "service_id": "uuid",
        "status": "integer not null default 0",
        "source": "text not null default 'manual'",
        "created_at": "timestamptz not null default now()",
        "notes": "text",
        "blocked_by_date": "date",
        "blocked_by_dagdeel": "text",
        "blocked_by_service_id": "uuid",
        "team": "text",
        REQUIREMENT_COLUMN: "uuid",
    },
}
"""Table -> column that the job uses -> how `alter table ... add column` makes it."""

_HOURS = "services last as long as their dagdelen"
_WHY_REST = "rest does not say after which duty it is"

LOST: Mapping[str, Mapping[str, str]] = {
    ROSTERS: {"status": "closed rosters cannot be told from others, and a draft does not become in progress"},
    SERVICES: {
        "kleur": "services have the job's own colours",
        "begintijd": _HOURS,
        "eindtijd": _HOURS,
        "dienstwaarde": "each shift counts as 1",
    },
    REQUIREMENTS: {COUNTER: "filled places are not counted"},
    ASSIGNMENTS: {
        "notes": "rest has no text that says what it is",
        "blocked_by_date": _WHY_REST,
        "blocked_by_dagdeel": _WHY_REST,
        "blocked_by_service_id": _WHY_REST,
        "team": "shifts do not say the employee's team",
        REQUIREMENT_COLUMN: "shifts do not say which requirement they fill",
    },
}
"""Table -> column that the job can do without -> what is lost without it."""

NAMED_BY_SQL: Mapping[str, Collection[str]] = {
    ROSTERS: frozenset({"status"}),
    ASSIGNMENTS: frozenset({"notes", "blocked_by_date", "blocked_by_dagdeel", "blocked_by_service_id"}),
}
"""Columns of `LOST` that triggers and functions of the job's SQL name: where that is installed, they must be there."""

BEYOND: Mapping[str, Collection[str]] = {
    SERVICES: frozenset({"dienstwaarde"}),
    ASSIGNMENTS: frozenset({"team", REQUIREMENT_COLUMN}),
}
"""Columns of `LOST` that the migrations do not make: a practice's own tables may have them."""

UNUSED: Mapping[str, Collection[str]] = {
    EMPLOYEES: frozenset({"dienstverband"}),
    ASSIGNMENTS: frozenset({"updated_at"}),
}
"""Columns of the migrations that the job does not use."""

KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    ROSTERS: (("id",),),
    EMPLOYEES: (("id",),),
    SERVICES: (("id",), ("code",)),
    REQUIREMENTS: (("id",), ("roster_id", "date", "dagdeel", "team", "service_id")),
    QUALIFICATIONS: (("id",), ("roster_id", "employee_id", "service_id")),
    ASSIGNMENTS: (("id",),),
}
"""Table -> its unique keys; the natural key of `roster_assignments`, which the job cannot do without, is no hint."""


def is_foreign(table: str, columns: Collection[str]) -> bool:
    """Whether somebody else made a table: it has columns that it has in no version of ours."""
    return bool(set(columns) - set(DEFINITIONS[table]) - set(UNUSED.get(table, ())))


def optional_columns(table: str, *, with_sql: bool) -> list[str]:
    """Return the columns that the job can do without."""
    named = NAMED_BY_SQL.get(table, ()) if with_sql else ()
    return [name for name in LOST.get(table, ()) if name not in named]
