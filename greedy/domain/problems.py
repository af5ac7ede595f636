"""Rows from the database -> records, and every problem on the way, all at once.

A problem that makes the roster unplannable is *fatal*: it stops the run before anything is written. A problem of a row
that can be left out without touching the rest of the plan is not: it becomes a warning of the result.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from greedy.domain.models import Row
from greedy.errors import Problem

RawRow = Mapping[str, Any]
RowT = TypeVar("RowT", bound=Row)

_SHOWN = 80

EXAMPLES = 3
"""How many rows are named where several have the same problem."""


class Problems:
    """Collects the problems of a roster's rows.

    Attributes:
        found: All of them, in the order in which they were found.
        unreadable: (table, id) of rows that could not be turned into records.
    """

    def __init__(self, unreadable: set[tuple[str, str]] | None = None) -> None:
        self.found: list[Problem] = []
        self.unreadable = set() if unreadable is None else unreadable

    def add(
        self, table: str, row_id: str, column: str, value: object, message: str, remedy: str, *, fatal: bool = True
    ) -> None:
        """Note a problem."""
        shown = value if isinstance(value, str) and value else repr(value)
        self.found.append(Problem(table, _short(row_id), column, _short(shown), message, remedy, fatal))

    def add_as_warnings(self, others: Problems) -> None:
        """Note the problems of rows that must not stop the run."""
        self.found += [replace(problem, fatal=False) for problem in others.found]

    @property
    def fatal(self) -> tuple[Problem, ...]:
        """Those that stop the run."""
        return tuple(problem for problem in self.in_order if problem.fatal)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Those that do not, one for all rows with the same problem."""
        return tuple(problem for problem in self.in_order if not problem.fatal)

    @property
    def in_order(self) -> list[Problem]:
        """All of them by row, whatever the order in which the rows came."""
        alike: dict[tuple[str, str, str, str], list[Problem]] = {}
        told = []
        for problem in sorted(self.found, key=_by_row):
            if problem.fatal:
                told.append(problem)
            else:
                key = (problem.table, problem.field, problem.message, problem.remedy)
                alike.setdefault(key, []).append(problem)
        for first, *more in alike.values():
            examples = tuple(problem.id for problem in more[: EXAMPLES - 1])
            told.append(replace(first, count=1 + len(more), others=examples))
        return sorted(told, key=_by_row)


def replace_nulls(
    table: str, rows: Sequence[RawRow], defaults: Mapping[str, object], problems: Problems
) -> Sequence[RawRow]:
    """Return a table's rows with defaults in place of null; each is a warning.

    Args:
        table: Its name.
        rows: Its rows.
        defaults: Column -> what null means in it.
        problems: Where the warnings go.
    """
    replaced: list[RawRow] = []
    for index, row in enumerate(rows):
        nulls = [column for column in defaults if row.get(column) is None] if isinstance(row, Mapping) else []
        for column in nulls:
            message, remedy = f"counts as {defaults[column]}", f"enter {column} in this row"
            problems.add(table, _row_id(row, index), column, None, message, remedy, fatal=False)
        replaced.append({**row, **{column: defaults[column] for column in nulls}} if nulls else row)
    return replaced


def parse(
    table: str,
    model: type[RowT],
    rows: Sequence[RawRow],
    problems: Problems,
    is_fatal: Callable[[str], bool] | None = None,
) -> list[RowT]:
    """Turn a table's rows into records.

    Rows that cannot be turned into one are left out. Each of their wrong fields is a problem: a fatal one, unless
    `is_fatal` returns False for the row's id.
    """
    adapter = TypeAdapter(list[model])  # type: ignore[valid-type]  # the row type is known at run time only
    try:
        return adapter.validate_python(list(rows))
    except ValidationError as error:
        wrong = set()
        for detail in error.errors(include_url=False, include_context=False):
            index, *path = detail["loc"]
            wrong.add(index)
            row_id = _row_id(rows[int(index)], int(index))
            column = str(path[0]) if path else "row"
            value = None if detail["type"] == "missing" else detail["input"]
            message = detail["msg"][:1].lower() + detail["msg"][1:]
            remedy = f"correct {column} in this row"
            problems.add(table, row_id, column, value, message, remedy, fatal=is_fatal is None or is_fatal(row_id))
            problems.unreadable.add((table, row_id))
        return adapter.validate_python([row for index, row in enumerate(rows) if index not in wrong])


def distinct(
    table: str,
    records: Iterable[RowT],
    columns: str,
    key: Callable[[RowT], tuple[Hashable, ...]],
    problems: Problems,
    is_fatal: Callable[[str], bool] | None = None,
) -> list[RowT]:
    """Keep the first record of each key, those that matter before others, in the order of the ids.

    Every further one is a problem: a fatal one, unless `is_fatal` returns False for its id.
    """
    first: dict[tuple[Hashable, ...], RowT] = {}
    by_id = sorted(records, key=_id)
    for record in by_id if is_fatal is None else sorted(by_id, key=lambda record: not is_fatal(_id(record))):
        known = first.setdefault(key(record), record)
        if known is not record:
            shown = " ".join(str(part) for part in key(record))
            message = f"the same as in row {_id(known)}, and it must be unique"
            fatal = is_fatal is None or is_fatal(_id(record))
            problems.add(table, _id(record), columns, shown, message, "delete one of the two rows", fatal=fatal)
            if _id(record) != _id(known):
                problems.unreadable.add((table, _id(record)))
    return list(first.values())


def refers(table: str, record: Row, column: str, to_table: str, known: Mapping[str, Row], problems: Problems) -> bool:
    """Whether the row that a record's column names exists, or the column is None; else that is a fatal problem."""
    name = getattr(record, column)
    if name is None or name in known:
        return True
    if (to_table, name) not in problems.unreadable:
        remedy = f"add it to {to_table} or delete this row"
        problems.add(table, _id(record), column, name, f"no such row in {to_table}", remedy)
    return False


def _by_row(problem: Problem) -> tuple[str, str, str, str]:
    return problem.table, problem.id, problem.field, problem.message


def _id(record: Row) -> str:
    return str(getattr(record, "id"))  # noqa: B009  every row type has one, `Row` itself has none


def _row_id(row: object, index: int) -> str:
    found = row.get("id") if isinstance(row, Mapping) else None
    return str(found) if found not in (None, "") else f"#{index + 1}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
