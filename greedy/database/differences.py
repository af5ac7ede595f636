"""How the six tables of a database differ from the ones that the migrations make (`structure.py`).

Where the job's SQL is installed, `greedy_schema()` describes the tables; else only their columns can be seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greedy.database.structure import BEYOND, DEFINITIONS, KEYS, LOST, is_foreign, optional_columns

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
            types=dict(told["columns"] or {}),
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
        optional = optional_columns(table, with_sql=with_sql)
        if names := [name for name in DEFINITIONS[table] if name not in facts.types and name not in optional]:
            yield Difference(f"{table} has no {', '.join(names)}", _adding(table, names))


def missing_optional_columns(tables: Mapping[str, TableFacts], *, with_sql: bool) -> Iterator[Difference]:
    """Yield what tables lack of the columns that the job can do without, one difference per table.

    A column that the migrations do not make either counts as missing only in a table that somebody else made.

    Args:
        tables: The tables.
        with_sql: Whether the job's SQL is installed.
    """
    for table, facts in tables.items():
        beyond = () if is_foreign(table, facts.types) else BEYOND.get(table, ())
        optional = [name for name in optional_columns(table, with_sql=with_sql) if name not in beyond]
        if names := [name for name in optional if name not in facts.types]:
            yield Difference(f"{table} has no {_with_losses(table, names)}", _adding(table, names))


def possible_columns(tables: Mapping[str, TableFacts]) -> Iterator[str]:
    """Yield, as table.column, what the migrations' tables do not have, but the job would use."""
    for table, facts in tables.items():
        missing = set(BEYOND.get(table, ())) - facts.types.keys()
        if not is_foreign(table, facts.types):
            yield from (f"{table}.{name}" for name in LOST.get(table, ()) if name in missing)


def other_types(tables: Mapping[str, TableFacts]) -> Iterator[Difference]:
    """Yield the columns whose type will not do in place of the migrations'."""
    for table, facts in tables.items():
        for name, definition in DEFINITIONS[table].items():
            wanted, found = definition.split()[0], facts.types.get(name)
            if found is None or found in _ALIKE.get(wanted, {wanted}) or (name in _CLOCK and found.startswith("time ")):
                continue
            changed = f"alter column {name} type {wanted} using {name}::{wanted}"
            yield Difference(f"{table}.{name} is {found}, not {wanted}", f"alter table public.{table} {changed};")


def missing_keys(tables: Mapping[str, TableFacts]) -> Iterator[Difference]:
    """Yield the unique keys that tables lack; a key over fewer of the same columns will do too."""
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


def _with_losses(table: str, names: Collection[str]) -> str:
    """Name columns and what is lost without them, those with the same loss together."""
    by_loss: dict[str, list[str]] = {}
    for name in names:
        by_loss.setdefault(LOST[table][name], []).append(name)
    return ", ".join(f"{', '.join(lost)} ({loss})" for loss, lost in by_loss.items())


def _adding(table: str, names: Collection[str]) -> str:
    parts = ", ".join(f"add column if not exists {name} {DEFINITIONS[table][name]}" for name in names)
    return f"alter table public.{table} {parts};"
