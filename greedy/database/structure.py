"""The six tables as the migrations make them, held against the ones that there are: columns, types, keys, row security.

Where the job's SQL is installed, `greedy_schema()` describes the tables; else only their columns can be seen. Columns
that the job does not use are nobody's business: a NOT NULL one without a default is found by trying to write.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
"""Table -> column that the job does without -> what is lost without it."""

NAMED_BY_SQL: Mapping[str, Collection[str]] = {
    ROSTERS: frozenset({"status"}),
    ASSIGNMENTS: frozenset({"notes", "blocked_by_date", "blocked_by_dagdeel", "blocked_by_service_id"}),
}
"""Those of them that triggers and functions of the job's SQL name: where that is installed, they must be there."""

BEYOND: Mapping[str, Collection[str]] = {
    SERVICES: frozenset({"dienstwaarde"}),
    ASSIGNMENTS: frozenset({"team", REQUIREMENT_COLUMN}),
}
"""Those of them that the migrations do not make: a practice's own tables have them, or may."""

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

_TEXTS = frozenset({"text", "character varying", "character", "citext", "enum"})
_WHOLE_NUMBERS = frozenset({"integer", "smallint", "bigint", "numeric"})
_MOMENTS = frozenset({"timestamp with time zone", "timestamp without time zone"})
_ALIKE: Mapping[str, frozenset[str]] = {
    "text": _TEXTS,
    "integer": _WHOLE_NUMBERS,
    "numeric": _WHOLE_NUMBERS | {"real", "double precision"},
    "date": _MOMENTS | {"date"},
    "timestamptz": _MOMENTS,
}
"""Type of the migrations -> the types that do as well; a type that is not here stands for itself alone."""

_CLOCK = frozenset({"begintijd", "eindtijd"})


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What a table of the database is like.

    Attributes:
        types: Its columns, each with its type; None for a type that cannot be seen.
        keys: The columns of each of its unique keys; None for a view, and where they cannot be seen.
        bare: Whether row-level security is off, although the publishable key has rights on it; None where that cannot
            be seen.
    """

    types: Mapping[str, str | None]
    keys: tuple[frozenset[str], ...] | None = None
    bare: bool | None = None

    @classmethod
    def of_columns(cls, columns: Collection[str]) -> TableFacts:
        """Return what is known of a table of which only the columns can be seen."""
        return cls(dict.fromkeys(columns))


@dataclass(frozen=True, slots=True)
class Difference:
    """Something in which a table differs from the migrations'.

    Attributes:
        words: What, and what is lost by it.
        statement: The SQL that mends it.
    """

    words: str
    statement: str

    def __str__(self) -> str:
        return f"{self.words}: {self.statement}"


def read_facts(answer: Any) -> dict[str, TableFacts] | None:
    """Read what `greedy_schema()` answers about the tables: those that there are; None where it answers nothing."""
    if not isinstance(answer, Mapping):
        return None
    return {
        str(table): TableFacts(
            types=dict(told["columns"]),
            keys=None if told["keys"] is None else tuple(map(frozenset, told["keys"])),
            bare=told["row_security"] is False and told["public"] is True,
        )
        for table, told in answer.items()
    }


def missing_columns(tables: Mapping[str, TableFacts], *, with_sql: bool) -> Iterator[Difference]:
    """Yield what tables lack of the columns that the job cannot do without, one difference per table.

    Args:
        tables: The tables.
        with_sql: Whether the job's SQL is installed.
    """
    for table, facts in tables.items():
        optional = _optional(table, with_sql=with_sql)
        if names := [name for name in DEFINITIONS[table] if name not in facts.types and name not in optional]:
            yield Difference(f"{table} has no {', '.join(names)}", _adding(table, names))


def missing_optional_columns(tables: Mapping[str, TableFacts], *, with_sql: bool) -> Iterator[Difference]:
    """Yield what tables lack of the columns that the job does without, one difference per table.

    What the migrations do not make either is missing in somebody else's table alone.

    Args:
        tables: The tables.
        with_sql: Whether the job's SQL is installed.
    """
    for table, facts in tables.items():
        beyond = () if is_foreign(table, facts.types) else BEYOND.get(table, ())
        optional = [name for name in _optional(table, with_sql=with_sql) if name not in beyond]
        if names := [name for name in optional if name not in facts.types]:
            yield Difference(f"{table} has no {_with_losses(table, names)}", _adding(table, names))


def possible_columns(tables: Mapping[str, TableFacts]) -> Iterator[str]:
    """Yield, as table.column, what the migrations' tables do not have, but the job would use."""
    for table, facts in tables.items():
        missing = set(BEYOND.get(table, ())) - facts.types.keys()
        if not is_foreign(table, facts.types):
            yield from (f"{table}.{name}" for name in LOST.get(table, ()) if name in missing)


def is_foreign(table: str, columns: Collection[str]) -> bool:
    """Whether somebody else made a table: it has columns that it has in no version of ours."""
    return bool(set(columns) - set(DEFINITIONS[table]) - set(UNUSED.get(table, ())))


def other_types(tables: Mapping[str, TableFacts]) -> Iterator[Difference]:
    """Yield the columns whose type does not do for the migrations'."""
    for table, facts in tables.items():
        for name, definition in DEFINITIONS[table].items():
            wanted, found = definition.split()[0], facts.types.get(name)
            if found is None or found in _ALIKE.get(wanted, {wanted}) or (name in _CLOCK and found.startswith("time ")):
                continue
            changed = f"alter column {name} type {wanted} using {name}::{wanted}"
            yield Difference(f"{table}.{name} is {found}, not {wanted}", f"alter table public.{table} {changed};")


def missing_keys(tables: Mapping[str, TableFacts]) -> Iterator[Difference]:
    """Yield the unique keys that tables lack; one over fewer of the columns does as well."""
    for table, facts in tables.items():
        for key in KEYS[table] if facts.keys is not None else ():
            if set(key) <= facts.types.keys() and not any(there <= set(key) for there in facts.keys or ()):
                columns = f"({', '.join(key)})"
                statement = f"alter table public.{table} add {'primary key' if key == ('id',) else 'unique'} {columns};"
                yield Difference(
                    f"{table} has no unique key over {columns}, so that a row can be there twice", statement
                )


def without_row_security(tables: Mapping[str, TableFacts]) -> Iterator[Difference]:
    """Yield the tables that the publishable key reads or writes, as row-level security is off."""
    for table, facts in tables.items():
        if facts.bare:
            yield Difference(table, f"alter table public.{table} enable row level security;")


def types_are_known(tables: Mapping[str, TableFacts]) -> bool:
    """Whether types, keys and row security can be seen, and not only columns."""
    return all(type_ is not None for facts in tables.values() for type_ in facts.types.values())


def _optional(table: str, *, with_sql: bool) -> list[str]:
    """Return the columns that the job does without."""
    named = NAMED_BY_SQL.get(table, ()) if with_sql else ()
    return [name for name in LOST.get(table, ()) if name not in named]


def _with_losses(table: str, names: Collection[str]) -> str:
    """Name columns, those with one loss together, and the loss."""
    by_loss: dict[str, list[str]] = {}
    for name in names:
        by_loss.setdefault(LOST[table][name], []).append(name)
    return ", ".join(f"{', '.join(lost)} ({loss})" for loss, lost in by_loss.items())


def _adding(table: str, names: Collection[str]) -> str:
    parts = ", ".join(f"add column if not exists {name} {DEFINITIONS[table][name]}" for name in names)
    return f"alter table public.{table} {parts};"
