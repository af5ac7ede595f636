"""What stands on the sheet of one person's own roster, and what a shift is to whoever works it."""

from __future__ import annotations

from greedy.domain.models import Employee
from greedy.exports import colours
from greedy.exports.cells import Cells
from greedy.exports.edition import Edition
from greedy.exports.paper import Data, frame
from greedy.exports.stretches import Stretch, stretches
from greedy.exports.wording import ExportWording
from greedy.page.book import Book
from greedy.page.own import shifts_told


def own_roster(edition: Edition, person: Employee) -> Data:
    """Lay one person's own roster out: one sheet, a line for each shift."""
    book, say = edition.book, edition.say
    cells = Cells(book, say)
    own = stretches(book, person.id)
    title = say("roster_of", name=book.names[person.id])
    return frame(edition, title) | {
        "weeks": [],
        "walls": [],
        "open": None,
        "fairness": None,
        "legend": [],
        "own": {
            "period": edition.period,
            "sum": shifts_told([service for stretch in own for service in stretch.services], say),
            "none": "" if own else say("own_none"),
            "weeks": [
                {
                    "title": say("week_title", n=days[0].isocalendar().week),
                    "shifts": [_own_shift(book, stretch, cells, say) for stretch in own if stretch.date in days],
                }
                for days in book.weeks()
                if any(stretch.date in days for stretch in own)
            ],
        },
    }


def _own_shift(book: Book, stretch: Stretch, cells: Cells, say: ExportWording) -> Data:
    first = stretch.services[0]
    paint = cells.paints[first.id] if first else colours.Paint(colours.UNKNOWN, colours.INK)
    return {
        "day": say.long_day(stretch.date),
        "code": stretch.codes,
        "fill": paint.fill,
        "ink": paint.ink,
        **own_words(book, stretch, say),
    }


def own_words(book: Book, stretch: Stretch, say: ExportWording) -> dict[str, str]:
    """Describe a shift to whoever works it: what it is, its hours, with whom, and the rest after it."""
    ends = f"{stretch.ends:%H:%M}"
    if stretch.ends.date() > stretch.date:
        ends += f" ({say.weekday(stretch.ends.date())})"
    rest = ""
    if stretch.rest_until is not None:
        dagdeel = say(f"part_{stretch.rest_until.dagdeel}")
        rest = say("own_rest", day=say.day(stretch.rest_until.date), dagdeel=dagdeel)
    names = [book.names[id_] for id_ in stretch.companions]
    return {
        "what": say("own_day_duty") if stretch.is_day_duty else stretch.names or say("work"),
        "hours": f"{stretch.begins:%H:%M}–{ends}",
        "with": say("own_with", names=say.both(names)) if names else "",
        "rest": rest,
    }
