"""One person's own roster as a page: a list that reads well on a phone, and prints on one A4."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from greedy.domain.models import Employee
from greedy.exports import paper
from greedy.exports.wording import ExportWording
from greedy.outcome.result import RunResult
from greedy.page.book import Book

TEMPLATES = Path(__file__).parent / "templates"

ONE_COLUMN = 14
"""Shifts that one column of an A4 takes in readable letters; more go into two."""


def render(result: RunResult, book: Book, person: Employee, made_at: dt.datetime, say: ExportWording) -> str:
    """Make the page.

    Args:
        result: The run's result.
        book: The roster as it is planned.
        person: Whose roster it is.
        made_at: When it is made, with its time zone.
        say: In which words.
    """
    data = paper.own_roster(result, book, person, made_at, say)
    shifts = sum(len(week["shifts"]) for week in data["own"]["weeks"])
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    columns = 1 if shifts <= ONE_COLUMN else 2
    return environment.get_template("person.html").render(
        say=say, points=10 if columns == 1 else 8.5, columns=columns, **data
    )
