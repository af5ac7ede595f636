"""The roster as a PDF, typeset by Typst from `templates/roster.typ`; nothing of it comes from a network."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from functools import cache
from pathlib import Path

import typst

from greedy.domain.models import Employee
from greedy.exports import paper
from greedy.exports.edition import Edition
from greedy.exports.own_paper import own_roster

TEMPLATE = Path(__file__).parent / "templates" / "roster.typ"

FONT_PACKAGE = "font_source_sans_pro"
"""The package that brings the typeface: no machine needs one of its own, and each gives the same sheet."""

TAGGED_CELLS = 5_000
"""Cells up to which the PDF is tagged for screen readers; tags of more would make the file several times as large."""


def render(edition: Edition, person: Employee | None = None) -> bytes:
    """Make the PDF.

    Args:
        edition: The roster.
        person: Whose own roster it is; None for everybody's.
    """
    data = paper.roster(edition) if person is None else own_roster(edition, person)
    return typeset(data, edition.made_at)


def typeset(data: paper.Data, made_at: dt.datetime) -> bytes:
    """Typeset what stands on paper."""
    compiler = typst.Compiler(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    cells = sum(len(line["cells"]) for week in data["weeks"] for group in week["groups"] for line in group["people"])
    made = compiler.compile(format="pdf", timestamp=int(made_at.timestamp()), pdf_tags=cells <= TAGGED_CELLS)
    if not isinstance(made, bytes):
        raise TypeError(f"the typesetter returned {type(made).__name__}, not one file")
    return made


@cache
def _fonts() -> typst.Fonts:
    spec = importlib.util.find_spec(FONT_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the package {FONT_PACKAGE} of requirements.txt is not installed")
    folder = str(Path(spec.origin).parent / "files")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
