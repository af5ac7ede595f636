"""One person's own roster as a page: a list that reads well on a phone, and prints on one A4."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from greedy.domain.models import Employee
from greedy.exports.edition import Edition
from greedy.exports.own_paper import own_roster

TEMPLATES = Path(__file__).parent / "templates"

ONE_COLUMN = 14
"""Shifts that one column of an A4 takes in readable letters; more go into two."""


def render(edition: Edition, person: Employee) -> str:
    """Make the page of one person."""
    data = own_roster(edition, person)
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
        say=edition.say, points=10 if columns == 1 else 8.5, columns=columns, **data
    )
