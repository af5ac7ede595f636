"""What refuses a row, by name, and what removes it: the CHECK, column, key or trigger that an error speaks of.

PostgreSQL names them in its message. Some servers pass on nothing else, so that the message is what is read, and the
code only where the message says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

KEY = "roster_id, employee_id, date, dagdeel"
_TABLE = "roster_assignments"
_INSTALL = "run supabase/install.sql"
_OWN_WORDS = "name words that it allows in GREEDY_SOURCE and GREEDY_SOURCE_BLOCKING"


class _Shape(NamedTuple):
    code: str
    pattern: re.Pattern[str]


_SHAPES = tuple(
    _Shape(code, re.compile(pattern))
    for code, pattern in (
        ("23514", r'relation "(?P<table>[^"]+)" violates check constraint "(?P<name>[^"]+)"'),
        ("23502", r'null value in column "(?P<name>[^"]+)"(?: of relation "(?P<table>[^"]+)")?'),
        ("23503", r'table "(?P<table>[^"]+)" violates foreign key constraint "(?P<name>[^"]+)"'),
        ("23505", r'duplicate key value violates unique constraint "(?P<name>[^"]+)"'),
        ("42P10", r"no unique or exclusion constraint matching the ON CONFLICT"),
        ("42501", r'new row violates row-level security policy(?: "(?P<name>[^"]+)")? for table "(?P<table>[^"]+)"'),
        ("42501", r"permission denied for (?:table|relation|view|function|schema) (?P<table>\w+)"),
        ("55000", r'cannot (?:insert into|update) (?:view|column "[^"]+" of view) "?(?P<table>\w+)"?'),
        ("21000", r"ON CONFLICT DO UPDATE command cannot affect row a second time"),
        ("40P01", r"deadlock detected"),
        ("55P03", r"canceling statement due to lock timeout"),
        ("57014", r"canceling statement due to"),
    )
)

_UNSAID = frozenset({"", "SUP", "400", "500"})
"""Codes by which a server says nothing of PostgreSQL's own."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something of the database that refuses rows of the job.

    Attributes:
        code: SQLSTATE; P0001 for what a trigger raises in words of its own; None where a row was dropped or changed
            without an error.
        name: The constraint, column, key, trigger or table; None where it cannot be told.
        meaning: What it does, in words.
        remedy: The SQL or the setting that removes it.
    """

    code: str | None
    name: str | None
    meaning: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.meaning}; {self.remedy}"


def sqlstate(code: str | None, message: str | None) -> str | None:
    """Return the SQLSTATE of an error: its code, or what its message says where the code says nothing."""
    if (code or "") not in _UNSAID:
        return code
    for shape in _SHAPES:
        if shape.pattern.search(message or ""):
            return shape.code
    return code


def find(code: str | None, message: str | None, trigger: str | None = None) -> Obstacle | None:
    """Name what refuses a row.

    Args:
        code: The error's code.
        message: The error's message.
        trigger: The trigger that raised it, where that is known.

    Returns:
        The obstacle; None where the error is about something else.
    """
    text, state = message or "", sqlstate(code, message)
    found = next((match for shape in _SHAPES if (match := shape.pattern.search(text))), None)
    named = found.groupdict() if found else {}
    name, table = named.get("name"), named.get("table") or _TABLE
    if state == "23514" and name:
        other = f'change it, or alter table public.{table} drop constraint "{name}"'
        remedy = f"if it is about source, {_INSTALL}, which widens it, or {_OWN_WORDS}; else {other}"
        return Obstacle(state, name, f"the CHECK constraint {name} of {table} refuses it", remedy)
    if state == "23502" and name:
        remedy = f'give it a default, or alter table public.{table} alter column "{name}" drop not null'
        return Obstacle(state, name, f"column {name} of {table} is NOT NULL and the job does not fill it", remedy)
    if state == "23503" and name:
        remedy = f'add the row that it asks for, or alter table public.{table} drop constraint "{name}"'
        return Obstacle(state, name, f"the foreign key {name} of {table} refuses it", remedy)
    if state == "42P10":
        meaning = f"{_TABLE} lacks its unique key ({KEY}); a partial index is none"
        remedy = f"alter table public.{_TABLE} add constraint roster_assignments_greedy_key unique ({KEY})"
        return Obstacle(state, KEY, meaning, remedy)
    if state == "42501":
        meaning = f"the key has no rights for {table}: {text}" if text else f"the key has no rights for {table}"
        remedy = (
            "use the secret key (sb_secret_...), or grant select, insert, update, delete on "
            f"public.{table} to service_role"
        )
        return Obstacle(state, table, meaning, remedy)
    if state == "55000" and named.get("table"):
        return Obstacle(state, table, f"{table} cannot be written: {text}", "put the table itself under that name")
    if state == "P0001" or state in _UNSAID:
        who = f"the trigger {trigger}" if trigger else f"a trigger of {_TABLE}"
        disable = (
            f"alter table public.{_TABLE} disable trigger {trigger}"
            if trigger
            else f"\\d {_TABLE} in psql, or Database, Triggers in Supabase, lists them: disable or change it"
        )
        return Obstacle(
            "P0001", trigger, f'{who} refuses it: "{text.removeprefix("error: ")}"', f"meet its condition, or {disable}"
        )
    return None
