"""Asks a database what it has of the job's own SQL, and which rows it would take, and reads its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from greedy.database import requests
from greedy.database.client import Client
from greedy.database.codes import NO_FUNCTION, NO_TABLE, Action, Kind
from greedy.database.differences import read_facts
from greedy.database.preflight import Attempt
from greedy.database.schema import REMEDY, VERSION, WITHOUT, DatabaseSchema, Finding, Part, State
from greedy.domain.duties import BUILT_IN, DutyRules
from greedy.errors import DatabaseError

_BEGIN = "greedy_begin"
_FUNCTION = "greedy_schema"

_NO_COLUMN = "42703"


def begin(client: Client, roster_id: str | None = None) -> DatabaseSchema:
    """Ask the database what it has of the job's SQL, and have it try a row of each kind.

    Args:
        client: The database.
        roster_id: The roster in which it tries; None for the latest.

    Raises:
        DatabaseError: It does not answer. That it does not know the question is an answer.
        RosterDataError: Its table of duties is damaged.
    """
    answer = _ask(client, _BEGIN, {"target": roster_id})
    return _judge(_ask(client, _FUNCTION, {}) if answer is None else answer)


def begin_with_any(client: Client, roster_id: str | None = None) -> DatabaseSchema:
    """Do as `begin` does, even where a table or a column is missing that the database's own functions look at.

    Raises:
        DatabaseError: It does not answer.
    """
    try:
        return begin(client, roster_id)
    except DatabaseError as error:
        if error.code not in NO_TABLE | {_NO_COLUMN}:
            raise
    try:
        answer = _ask(client, _FUNCTION, {})  # tries no row, and so looks at no table's columns
    except DatabaseError as error:
        if error.code not in NO_TABLE | {_NO_COLUMN}:
            raise
        answer = None
    if answer is not None:
        return _judge(answer)
    meaning = "cannot be told: a table or a column that it looks at is missing"
    return DatabaseSchema(version=None, findings=(Finding(Part.SQL, State.UNKNOWN, meaning),))


def _ask(client: Client, function: str, arguments: Mapping[str, Any]) -> Any:
    """Call a function; None where the database does not have it."""
    action = Action("read the schema version", function, Kind.FUNCTION)
    try:
        return requests.execute(client.rpc(function, dict(arguments)), action).data
    except DatabaseError as error:
        if error.code not in NO_FUNCTION:
            raise
    return None


def _judge(answer: Any) -> DatabaseSchema:
    if not isinstance(answer, dict) or not isinstance(answer.get("version"), int):
        meaning = f"the database does not have GREEDY's SQL: {'; '.join(WITHOUT)}"
        return DatabaseSchema(version=None, findings=(Finding(Part.SQL, State.MISSING, meaning),))
    version = answer["version"]
    findings = list(map(_finding, _records(answer.get("differences"))))
    if version < VERSION:
        meaning = f"the database has schema version {version}, this job goes with {VERSION}"
        findings.append(Finding(Part.VERSION, State.OLDER, meaning))
        findings.extend(_missing_of_old(answer))
    if version > VERSION:
        meaning = f"the database has schema version {version}, newer than this job's {VERSION}"
        findings.append(Finding(Part.VERSION, State.NEWER, meaning, "update the job"))
    table = _records(answer.get("duty_table")) if version >= VERSION else []
    attempts, columns = answer.get("attempts"), answer.get("columns")
    role = answer.get("role")
    return DatabaseSchema(
        version=version,
        findings=tuple(findings),
        role=None if role is None else str(role),
        may_write=answer.get("may_write") is True,
        duties=DutyRules.from_rows(table) if table else BUILT_IN,
        columns=frozenset(map(str, columns)) if isinstance(columns, list) else None,
        attempts=None if attempts is None else tuple(map(Attempt.from_row, _records(attempts))),
        tables=read_facts(answer.get("tables")),
    )


def _records(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _finding(row: Mapping[str, Any]) -> Finding:
    """Read a difference that the database tells of."""
    words = str(row.get("words"))
    known = row.get("part") in {part.value for part in Part}
    return Finding(
        part=Part(row["part"]) if known else Part.SQL,
        state=State.MISSING if "missing" in words or words.startswith("no ") else State.DIFFERENT,
        meaning=words,
        remedy=str(row.get("statement") or REMEDY),
        name=str(row.get("name") or ""),
    )


def _missing_of_old(answer: Mapping[str, Any]) -> Iterable[Finding]:
    """Yield the triggers of an older version that it says are missing or disabled."""
    for name, what in (("blocking_trigger", "block_rest"), ("guard", "guard")):
        if answer.get(name) is not True:
            meaning = f"the trigger {what} is missing or disabled"
            yield Finding(Part.TRIGGER, State.MISSING, meaning, name=f"roster_assignments_{what}")
