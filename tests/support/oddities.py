"""One odd thing at a time that a database of somebody else may have, as data.

Each oddity is SQL for a database that is otherwise like S2 (or our own), with the name of what stands in the way of the
job and the SQL that removes it: what a preflight must say, and what must help. `undo` leaves the database as it was.
Nothing here depends on rows that are there already.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support.foreign import ForeignDatabase

TABLE = "public.roster_assignments"
COLUMN = "odd_column"
CONSTRAINT = "odd_check"
TRIGGER = "odd_trigger"
MESSAGE = "Rooster is vergrendeld door de praktijk"
"""What the odd trigger raises."""


@dataclass(frozen=True)
class Oddity:
    """Something that stands in the job's way, or only looks as if it did.

    Attributes:
        name: What it is, in words.
        apply: SQL that puts it in place.
        undo: SQL that takes it out of the way, and the database back to what it was.
        in_the_way: What a message must name: a column, constraint, index, trigger or table; None: the job works.
        code: SQLSTATE of what a write then ends with; None: the job works, or nothing is written at all.
        needs_s2: Whether it needs a column of S2.
        active: Whether it hits rows of work (status 1).
        rest: Whether it hits rows of rest (status 2).
        from_outside: What a message must name where only requests can ask: no error names a trigger that raises; None:
            the same as `in_the_way`.
    """

    name: str
    apply: str
    undo: str
    in_the_way: str | None = None
    code: str | None = None
    needs_s2: bool = False
    active: bool = True
    rest: bool = True
    from_outside: str | None = None

    def __str__(self) -> str:
        """The oddity as test ids name it."""
        return self.name

    def named_on(self, database: ForeignDatabase) -> str | None:
        """What a message of the job must name on this database; None: the job works."""
        return self.in_the_way if database.variant.ours else self.from_outside or self.in_the_way

    @contextmanager
    def on(self, database: ForeignDatabase) -> Iterator[ForeignDatabase]:
        """The database with this in place, for as long as the context lasts."""
        database.sql(self.apply)
        try:
            yield database
        finally:
            database.sql(self.undo)


def _check(name: str, condition: str, *, active: bool = True, rest: bool = True) -> Oddity:
    """A CHECK that rows of the job break; rows that are there already are not looked at."""
    return Oddity(
        f"CHECK on {name}",
        f"alter table {TABLE} add constraint {CONSTRAINT} check ({condition}) not valid",
        f"alter table {TABLE} drop constraint {CONSTRAINT}",
        CONSTRAINT,
        "23514",
        active=active,
        rest=rest,
    )


CHECKS = (
    _check("source", "source in ('manual', 'system', 'ort', 'autofill')"),
    _check("source of rest", "source <> 'greedy-blocking'", active=False),
    _check("status", "status <> 2", active=False),
    _check("notes", "notes is null or length(notes) <= 10", active=False),
    _check("notes of work", "status <> 1 or notes is not null", rest=False),
    _check("two columns", "status <> 1 or source = 'manual'", rest=False),
)

NOT_NULL = (
    Oddity(
        "NOT NULL column without default",
        # Rows that are there already get a value; new ones must bring one.
        f"alter table {TABLE} add column {COLUMN} text not null default 'x';"
        f" alter table {TABLE} alter column {COLUMN} drop default",
        f"alter table {TABLE} drop column {COLUMN}",
        COLUMN,
        "23502",
    ),
    Oddity(
        "NOT NULL column with a default",
        f"alter table {TABLE} add column {COLUMN} text not null default 'x'",
        f"alter table {TABLE} drop column {COLUMN}",
    ),
)

_DROP_KEY = """
do $$ declare key text; begin
  select conname into key from pg_constraint where conrelid = 'public.roster_assignments'::regclass and contype = 'u';
  execute format('alter table public.roster_assignments drop constraint %I', key);
end $$;
"""
_KEY = "(roster_id, employee_id, date, dagdeel)"
_ADD_KEY = f"alter table {TABLE} add constraint roster_assignments_unique_key unique {_KEY}"

KEYS = (
    Oddity("no unique key", _DROP_KEY, _ADD_KEY, "roster_id, employee_id, date, dagdeel", "42P10"),
    Oddity(
        "partial unique index in place of the key",
        _DROP_KEY + f"create unique index odd_index on {TABLE} {_KEY} where status <> 0",
        f"drop index odd_index; {_ADD_KEY}",
        "roster_id, employee_id, date, dagdeel",  # what is missing; the index itself may stay
        "42P10",
    ),
    Oddity(
        "unique index in place of the key",
        _DROP_KEY + f"create unique index odd_index on {TABLE} {_KEY}",
        f"drop index odd_index; {_ADD_KEY}",
    ),
)


def _raising_trigger(when: str, event: str, condition: str = "true", suffix: str = "") -> Oddity:
    return Oddity(
        f"trigger that raises {when} {event}{suffix}",
        f"create function public.odd_raise() returns trigger language plpgsql as"
        f" $$ begin raise exception '{MESSAGE}'; return new; end $$;"
        f" create trigger {TRIGGER} {when} {event} on {TABLE} for each row when ({condition})"
        " execute function public.odd_raise()",
        f"drop trigger {TRIGGER} on {TABLE}; drop function public.odd_raise()",
        TRIGGER,
        "P0001",
        active="status = 2" not in condition,
        rest="status = 1" not in condition,
        from_outside=MESSAGE,
    )


TRIGGERS = (
    *(_raising_trigger(when, event) for when in ("before", "after") for event in ("insert", "update")),
    _raising_trigger("before", "insert or update", "new.status = 1", " of work"),
    _raising_trigger("after", "insert or update", "new.status = 2", " of rest"),
)

FOREIGN_KEYS = (
    Oddity(
        "foreign key of source to a list of words",
        "create table public.odd_sources (source text primary key);"
        " insert into public.odd_sources values ('manual'), ('system'), ('ort'), ('autofill');"
        f" alter table {TABLE} add constraint odd_key foreign key (source) references public.odd_sources not valid",
        f"alter table {TABLE} drop constraint odd_key; drop table public.odd_sources",
        "odd_key",
        "23503",
    ),
    Oddity(
        "foreign key of a column that the job does not know",
        "create table public.odd_places (id integer primary key);"
        f" alter table {TABLE} add column {COLUMN} integer constraint odd_key references public.odd_places",
        f"alter table {TABLE} drop column {COLUMN}; drop table public.odd_places",
    ),
)


def _view(
    table: str, columns: str = "*", suffix: str = "", in_the_way: str | None = None, code: str | None = None
) -> Oddity:
    """A view under the table's name, the table beside it; the practice's triggers go with the table."""
    undo = f"drop view public.{table}; alter table public.odd_{table} rename to {table}"
    return Oddity(
        f"view in place of {table}{suffix}",
        f"alter table public.{table} rename to odd_{table};"
        f" create view public.{table} as select {columns} from public.odd_{table};"
        f" grant all on public.{table} to anon, authenticated, service_role",
        undo,
        in_the_way,
        code,
    )


VIEWS = (
    _view("employees"),
    _view("service_types"),
    # An upsert on columns works on a view only where PostgreSQL finds the key behind it; behind a DISTINCT it may not
    # be written at all.
    _view("roster_assignments"),
    _view("roster_assignments", "distinct *", " that cannot be written", in_the_way="roster_assignments", code="55000"),
)

NULLABLE = {
    "roosters": ("end_date", "updated_at"),
    "employees": ("team", "dienstverband", "aantalwerkdagen", "roostervrijdagen", "structureel_nbh", "actief"),
    "service_types": ("is_system", "actief", "dienstwaarde", "kleur", "begintijd", "eindtijd"),
    "roster_period_staffing_dagdelen": ("invulling", "is_system", "roster_period_staffing_id"),
    "roster_employee_services": ("team", "actief"),
    "roster_assignments": ("source", "notes", "team", "blocked_by_date", "created_at", "updated_at"),
}
"""Columns that may be null in somebody's database."""

NULL_ALLOWED = {("employees", "actief"), ("roster_employee_services", "actief")}
"""Of these, what S1 and S2 have as NOT NULL; `null_in` lets them be null."""

S2_COLUMNS = {
    ("roster_period_staffing_dagdelen", "is_system"),
    ("roster_employee_services", "team"),
    ("roster_assignments", "team"),
}
"""Of these, what S1 does not have."""


def null_in(table: str, column: str, condition: str) -> Oddity:
    """A column that is null in some rows; undone, what must not be null is true again, and the rest stays null.

    Args:
        table: One of `NULLABLE`.
        column: One of its columns.
        condition: SQL that picks the rows: those of the test's own roster.
    """
    loosen, tighten = "", "select"
    if (table, column) in NULL_ALLOWED:
        loosen = f"alter table public.{table} alter column {column} drop not null; "
        tighten = (
            f"update public.{table} set {column} = true where {column} is null;"
            f" alter table public.{table} alter column {column} set not null"
        )
    apply = f"{loosen}update public.{table} set {column} = null where {condition}"
    return Oddity(f"null in {table}.{column}", apply, tighten)


def _period_as(kind: str) -> str:
    columns = (f"alter column {column} type {kind} using {column}::{kind}" for column in ("start_date", "end_date"))
    return f"alter table public.roosters {', '.join(columns)}"


TIMESTAMPS = tuple(
    Oddity(
        f"start_date and end_date as {kind}",
        _period_as(kind),
        _period_as("date"),
    )
    for kind in ("timestamp", "timestamptz")
)


def _practices_triggers(do: str) -> str:
    return f"""
    do $$ declare name text; begin
      for name in
        select tgname from pg_trigger join pg_proc on pg_proc.oid = tgfoid
        where tgrelid = '{TABLE}'::regclass and not tgisinternal and proname not like 'greedy%'
      loop execute format('alter table {TABLE} {do} trigger %I', name); end loop;
    end $$;
    """


def _missing(table: str, column: str, *, needed: bool, needs_s2: bool = False) -> Oddity:
    # A database without a column that the job can do without has no trigger that needs it either.
    off, on = ("", "") if needed else (_practices_triggers("disable"), _practices_triggers("enable"))
    return Oddity(
        f"{table} without {column}",
        f"{off} alter table public.{table} rename column {column} to odd_{column}",
        f"alter table public.{table} rename column odd_{column} to {column}; {on}",
        column if needed else None,
        "42703" if needed else None,
        needs_s2=needs_s2,
    )


MISSING = (
    _missing("employees", "team", needed=True),
    _missing("roster_employee_services", "actief", needed=True),
    _missing("roster_period_staffing_dagdelen", "aantal", needed=True),
    _missing("roster_assignments", "source", needed=True),
    _missing("roster_assignments", "notes", needed=True),
    _missing("roster_period_staffing_dagdelen", "invulling", needed=False),
    _missing("roster_assignments", "team", needed=False, needs_s2=True),
    _missing("roster_assignments", "roster_period_staffing_dagdelen_id", needed=False, needs_s2=True),
)
"""To be put in place after a roster is loaded. `needed`: the job reads or writes the column wherever it runs."""

WRITE_ODDITIES = (*CHECKS, *NOT_NULL, *KEYS, *TRIGGERS, *FOREIGN_KEYS)
"""What a write of the job's rows meets."""
ODDITIES = (*WRITE_ODDITIES, *VIEWS, *TIMESTAMPS, *MISSING)

ANY_SOURCE = Oddity(
    "any word in source",
    f"alter table {TABLE} drop constraint roster_assignments_source_check",
    f"alter table {TABLE} add constraint roster_assignments_source_check"
    " check (source in ('manual', 'ort', 'afl', 'system', 'import', 'autofill')) not valid",
)
"""S2 without its CHECK on `source`, so that one oddity is the only one."""
