"""The planner's page: one HTML file that holds all it needs, made from a run's result and its workspace.

`render` is pure. `book` reads the roster as one; `verdict`, `roster`, `own`, `why`, `shifts`, `tips`, `joint`,
`changes`, `people`, `coverage`, `figures`, `evenness`, `notes` and `rows` hold what each part shows, in the words of
`texts` and the `colours` of the services; the templates lay it out. Nothing comes from a network; the page's policy
forbids it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from greedy import __version__
from greedy.domain.language import Language
from greedy.domain.models import Workspace
from greedy.outcome.result import RunResult
from greedy.page import changes, coverage, evenness, figures, joint, notes, own, people, roster, shifts, tips, why
from greedy.page.book import Book
from greedy.page.colours import style_of
from greedy.page.language import PRACTICE_TIME, Wording
from greedy.page.verdict import change_sums, confined, judge, steps

TEMPLATES = Path(__file__).parent / "templates"

OPEN_MARKS = (("open", "moet"), ("open_mag", "mag"))
"""How the legend shows what is open, by kind."""


def render(
    result: RunResult,
    workspace: Workspace | None,
    made_at: dt.datetime,
    language: Language = Language.NL,
    zone: ZoneInfo = PRACTICE_TIME,
) -> str:
    """Make the page.

    Args:
        result: The run's result, of a run that failed too.
        workspace: The roster with what the run added; None when it could not be read.
        made_at: When the page was made, with its time zone.
        language: What it is in.
        zone: The time zone of the times on it.
    """
    say = Wording(language, zone)
    book = Book(workspace) if workspace else None
    told = notes.notes(result, book, say)
    verdict = judge(result, told, book, say)
    days = result.roster_days
    period = say.period(days.first, days.last) if days else ""
    parts: dict[str, Any] = {"fairness": None, "explained": [], "period": period}
    best: list[str] = []
    if book is not None:
        open_shifts = tips.with_all_remedies(book, result.open_shifts)
        open_rows = shifts.open_rows(book, open_shifts, say)
        groups = tips.group(book, open_shifts, open_rows, result.uncovered, say)
        best = tips.best_tips(groups)
        explained = why.explain(book, say, stored=verdict.has_shifts_stored)
        parts = {
            "period": say.period(book.workspace.roster.start_date, book.workspace.roster.end_date),
            "weeks": roster.weeks(book, open_rows, say, result.period.period if result.period else None, explained),
            "own": own.own_rosters(book, say),
            "explained": list(explained.values()),
            "open_marks": [mark for mark, kind in OPEN_MARKS if any(row.kind == kind for row in open_rows)],
            "groups": groups,
            "joint": joint.block(result.joint_set, book, say),
            "open_kinds": shifts.kinds(open_shifts, say),
            "fairness": figures.fairness(book, result.changes),
            "changed": changes.changed(book, result.changes),
            "people": people.people(book, result.changes, say),
            "legend": roster.legend(book),
        }
        if result.coverage is not None:
            parts |= {
                "coverage": coverage.coverage(book, result, result.coverage),
                "calendar": coverage.calendar(book, result),
            }
    style, script = _asset("page.css") + _own_style(book), _asset("page.js")
    return (
        _environment()
        .get_template("page.html")
        .render(
            say=say,
            result=result,
            book=book,
            verdict=verdict,
            notes=told,
            steps=steps(result, told, best, book, say),
            confined=confined(result, book, say),
            change_sums=change_sums(result, stored=verdict.has_shifts_stored, say=say),
            whole=figures.whole,
            heeded=sum(note.heed for note in told),
            gaps=evenness.gaps(result.fairness, say),
            fair=_fair(parts["fairness"], say) if result.period is None and result.success else "",
            facts=notes.facts(result, made_at, __version__, say),
            made=say.moment(made_at),
            style=Markup(style),  # noqa: S704  our own files, not data
            script=Markup(script),  # noqa: S704
            policy=_policy(style, script),
            **parts,
        )
    )


@cache
def _environment() -> Environment:
    """Return where the templates are, which are compiled once for all pages of a process."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _fair(fairness: figures.Fairness | None, say: Wording) -> str:
    """Describe the range of the shares of their quotas that people work; an empty string when nobody has a quota."""
    if fairness is None or fairness.least is None or fairness.most is None:
        return ""
    least, most = figures.whole(fairness.least), figures.whole(fairness.most)
    if least != most:
        return say("fair", least=least, most=most)
    return say("fair_full") if least == 100 else say("fair_equal", n=least)


def _own_style(book: Book | None) -> str:
    """Return the part of the style that depends on the roster: services' own colours, and roughly how high a week is.

    So a week that is not laid out yet takes up its room all the same.
    """
    if book is None:
        return ""
    return f":root {{ --week: {8 + 1.75 * len(book.people)}rem; }}\n{style_of(book.workspace.services)}"


def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Allow this style and this script, and nothing else: no request, no frame, no form."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
