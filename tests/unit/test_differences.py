"""The tables of a database against the migrations' (greedy/database/differences.py), without a database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from greedy.database import differences
from greedy.database.differences import TableFacts, read_facts
from greedy.database.structure import BEYOND, DEFINITIONS, KEYS, LOST
from greedy.database.tables import COLUMNS, OPTIONAL, OPTIONAL_OF_ASSIGNMENTS, OPTIONAL_OF_SERVICES

WRITTEN = {"timestamptz": "timestamp with time zone"}


def facts(table: str, *without: str, more: dict[str, str] | None = None, **other: Any) -> dict[str, TableFacts]:
    """A table as it should be, but for what is told."""
    types = {name: definition.split()[0] for name, definition in DEFINITIONS[table].items() if name not in without}
    told = {name: WRITTEN.get(wanted, wanted) for name, wanted in types.items()} | (more or {})
    return {table: replace(TableFacts(told, tuple(map(frozenset, KEYS[table])), bare=False), **other)}


def told(found: Any) -> list[str]:
    return [str(difference) for difference in found]


def test_the_columns_are_those_that_the_job_reads() -> None:
    more = {"roster_assignments": OPTIONAL_OF_ASSIGNMENTS, "service_types": OPTIONAL_OF_SERVICES}
    for table, columns in COLUMNS.items():
        filtered_by = {"roster_id"} if table == "roster_period_staffing_dagdelen" else set()
        assert set(DEFINITIONS[table]) == {*columns.split(","), *more.get(table, ())} | filtered_by
        assert set(LOST.get(table, ())) == {*OPTIONAL.get(table, ()), *more.get(table, ())}
        assert set(BEYOND.get(table, ())) <= set(LOST.get(table, ()))


@pytest.mark.parametrize("table", COLUMNS)
def test_as_it_should_be__nothing_is_told(table: str) -> None:
    there = facts(table)

    for compare in (
        lambda tables: differences.missing_columns(tables, with_sql=True),
        lambda tables: differences.missing_optional_columns(tables, with_sql=False),
        differences.possible_columns,
        differences.other_types,
        differences.missing_keys,
        differences.without_row_security,
    ):
        assert told(compare(there)) == []
    assert differences.types_are_known(there)


def test_columns_that_a_run_needs__one_statement_a_table() -> None:
    there = facts("roosters", "start_date", "end_date", "status") | facts("employees", "actief")

    assert told(differences.missing_columns(there, with_sql=False)) == [
        "roosters has no start_date, end_date: alter table public.roosters "
        "add column if not exists start_date date, add column if not exists end_date date;",
        "employees has no actief: alter table public.employees "
        "add column if not exists actief boolean not null default true;",
    ]


def test_columns_that_a_run_does_without__what_is_lost() -> None:
    there = facts("service_types", "begintijd", "eindtijd", "kleur")

    assert told(differences.missing_optional_columns(there, with_sql=False)) == [
        "service_types has no kleur (services have the job's own colours), "
        "begintijd, eindtijd (services last as long as their dagdelen): alter table public.service_types "
        "add column if not exists kleur text, add column if not exists begintijd text, "
        "add column if not exists eindtijd text;"
    ]
    assert told(differences.missing_columns(there, with_sql=False)) == []


@pytest.mark.parametrize("with_sql", [False, True])
def test_columns_that_the_jobs_sql_names__needed_where_it_is_installed(with_sql: bool) -> None:
    there = facts("roosters", "status") | facts("roster_assignments", "notes", "team", more={"is_protected": "boolean"})

    needed = told(differences.missing_columns(there, with_sql=with_sql))
    optional = told(differences.missing_optional_columns(there, with_sql=with_sql))

    columns = [line.partition(":")[2].count("add column") for line in (*needed, *optional)]
    assert (len(needed), columns) == ((2, [1, 1, 1]) if with_sql else (0, [1, 2]))


@pytest.mark.parametrize("foreign", [False, True])
def test_columns_that_only_practices_have__missing_in_a_practices_table(foreign: bool) -> None:
    there = facts("service_types", "dienstwaarde", more={"planregels": "text"} if foreign else None)

    missing, possible = (
        told(differences.missing_optional_columns(there, with_sql=False)),
        list(differences.possible_columns(there)),
    )

    if foreign:
        assert (len(missing), possible) == (1, [])
        assert missing[0].startswith("service_types has no dienstwaarde (each shift counts as 1): alter table")
    else:
        assert (missing, possible) == ([], ["service_types.dienstwaarde"])


@pytest.mark.parametrize(
    ("table", "column", "found", "wanted"),
    [
        ("roosters", "start_date", "text", "date"),
        ("roosters", "id", "bigint", "uuid"),
        ("employees", "id", "uuid", "text"),
        ("employees", "actief", "text", "boolean"),
        ("roster_assignments", "status", "text", "integer"),
        ("roster_assignments", "created_at", "date", "timestamptz"),
        ("service_types", "kleur", "time without time zone", "text"),
    ],
)
def test_another_type__is_told_with_the_statement(table: str, column: str, found: str, wanted: str) -> None:
    assert told(differences.other_types(facts(table, more={column: found}))) == [
        f"{table}.{column} is {found}, not {wanted}: "
        f"alter table public.{table} alter column {column} type {wanted} using {column}::{wanted};"
    ]


@pytest.mark.parametrize(
    ("table", "column", "found"),
    [
        ("roosters", "start_date", "timestamp with time zone"),
        ("employees", "team", "enum"),
        ("employees", "voornaam", "character varying"),
        ("roster_assignments", "status", "smallint"),
        ("service_types", "dienstwaarde", "double precision"),
        ("service_types", "begintijd", "time without time zone"),
    ],
)
def test_a_type_that_does_as_well(table: str, column: str, found: str) -> None:
    assert told(differences.other_types(facts(table, more={column: found}))) == []


def test_unique_keys() -> None:
    fewer = facts("roster_employee_services", keys=(frozenset({"id"}), frozenset({"roster_id", "employee_id"})))
    more = facts("service_types", keys=(frozenset({"code", "naam"}),))
    view = facts("service_types", keys=None)

    assert told(differences.missing_keys(fewer)) == []
    assert told(differences.missing_keys(more)) == [
        "service_types has no unique key over (id), so that a row can be there twice: "
        "alter table public.service_types add primary key (id);",
        "service_types has no unique key over (code), so that a row can be there twice: "
        "alter table public.service_types add unique (code);",
    ]
    assert told(differences.missing_keys(view)) == []
    assert differences.types_are_known(view)
    assert not differences.types_are_known({"roosters": TableFacts.of_columns({"id"})})


def answer(**other: Any) -> dict[str, Any]:
    table = {"columns": {"id": "uuid"}, "keys": [["id"]], "row_security": True, "public": True} | other
    return {"roosters": table}


@pytest.mark.parametrize(
    ("security", "public", "bare"),
    [(True, True, False), (False, True, True), (False, False, False)],
    ids=["on", "off", "off, without rights"],
)
def test_row_security(security: bool, public: bool, bare: bool) -> None:
    found = read_facts(answer(row_security=security, public=public))

    assert found == {"roosters": TableFacts({"id": "uuid"}, (frozenset({"id"}),), bare)}
    assert len(told(differences.without_row_security(found))) == bare


def test_a_view__has_neither_keys_nor_row_security() -> None:
    found = read_facts(answer(row_security=None, keys=None))

    assert found == {"roosters": TableFacts({"id": "uuid"}, None, bare=False)}


@pytest.mark.parametrize("nothing", [None, [], "tables"])
def test_a_database_that_does_not_describe_its_tables(nothing: Any) -> None:
    assert read_facts(nothing) is None
