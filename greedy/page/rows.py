"""Rows of the database that are wrong, in the words of a planner, who knows days, services and people, no tables."""

from __future__ import annotations

from collections.abc import Iterator

from greedy.domain.models import Requirement, StoredAssignment
from greedy.outcome.run_warnings import RowWarning
from greedy.page.book import Book
from greedy.page.language import Wording, capital

ASSIGNMENTS = "roster_assignments"
"""The table of what is planned, as warnings name it."""

EXAMPLES = 8
"""Rows that are named for one kind of mistake."""


def damaged_rows(
    warnings: list[RowWarning], book: Book | None, say: Wording
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Sum up what is wrong with rows, by table and column; name who works without a service.

    Yields:
        What is wrong and what to do, the same in the job's own English, and the rows, a sentence each.
    """
    stored = {row.id: row for row in book.workspace.stored} if book else {}
    groups: dict[tuple[str, str], list[RowWarning]] = {}
    for warning in warnings:
        row = stored.get(warning.id) if warning.table == ASSIGNMENTS and warning.field == "service_id" else None
        if row is None or book is None:
            groups.setdefault((warning.table, warning.field), []).append(warning)
        else:
            where = {"day": say.day(row.date), "dagdeel": say(f"dagdeel_{row.dagdeel}")}
            text = say("note_no_service", name=book.names[row.employee_id], **where)
            yield capital(text), warning.message, ()
    for (table, field), found in groups.items():
        place = say(f"place_{table}" if say.has(f"place_{table}") else "place_other")
        count = sum(warning.count for warning in found)
        text = say("note_data", place=place, field=_field(field, say), n=count)
        items = [item for warning in found for item in _row_items(warning, book, say)][:EXAMPLES]
        if more := count - len(items):
            items.append(capital(say("more_people", n=more)))
        yield text, "\n".join(warning.message for warning in found[:EXAMPLES]), tuple(items)


def _row_items(warning: RowWarning, book: Book | None, say: Wording) -> Iterator[str]:
    """Describe what the first row holds that is wrong, and name the others."""
    value = say("data_empty") if warning.value in ("None", "") else warning.value
    who = capital(_row_in_words(warning.table, warning.id, book, say))
    yield say("data_item", who=who, field=_field(warning.field, say), value=value)
    for id_ in warning.others:
        yield capital(_row_in_words(warning.table, id_, book, say))


def _row_in_words(table: str, id_: str, book: Book | None, say: Wording) -> str:
    """Describe a row as a planner knows it: whose it is, or of which day and service; its id where that is unknown."""
    found = _known_rows(table, book, say).get(id_) if book else None
    return found or say("data_row", id=id_)


def _known_rows(table: str, book: Book, say: Wording) -> dict[str, str]:
    """Return the roster's rows of a table in words, by id."""
    workspace = book.workspace
    if table == "employees":
        return book.names
    if table == "service_types":
        return {service.id: service.code for service in workspace.services}
    if table == "roster_period_staffing_dagdelen":
        return {row.id: f"{_when(row, say)} {book.code(row.service_id)}" for row in workspace.requirements}
    if table == "roster_employee_services":
        return {
            row.id: f"{book.names[row.employee_id]} {book.code(row.service_id)}" for row in workspace.qualifications
        }
    if table == ASSIGNMENTS:
        return {row.id: f"{_when(row, say)} {book.names[row.employee_id]}" for row in workspace.stored}
    return {}


def _when(row: Requirement | StoredAssignment, say: Wording) -> str:
    return f"{say.day(row.date)} {say(f'dagdeel_{row.dagdeel}')}"


def _field(columns: str, say: Wording) -> str:
    """Return a column, or several, in words."""
    return ", ".join(say(f"field_{name}") if say.has(f"field_{name}") else name for name in columns.split(", "))
