"""The cells of a roster, as paper and spreadsheet show them."""

from __future__ import annotations

from greedy.domain.models import Slot
from greedy.exports import colours
from greedy.exports.wording import ExportWording
from greedy.page.book import Book, Held

Cell = list[str]
"""[what it shows, colour, ink], or empty for a slot that nothing holds."""


class Cells:
    """What the cells of a roster show.

    Attributes:
        paints: The colours of every service, by its id.
    """

    def __init__(self, book: Book, say: ExportWording) -> None:
        self.paints = colours.paints(book)
        self._book = book
        self._away = say("away_short")

    def cell(self, slot: Slot) -> Cell:
        """Return what a slot shows; a mark where somebody works although it should be rest."""
        if not self._book.workspace.roster.covers(slot.date):
            return ["", colours.OUTSIDE, colours.INK]
        entry = self._book.entries.get(slot)
        if entry is None:
            return []
        if entry.held is Held.REST:
            return ["", colours.REST, colours.INK]
        if entry.held is Held.AWAY:
            return [self._away, colours.AWAY, colours.INK]
        paint = self.paints.get(entry.service_id or "", colours.Paint(colours.UNKNOWN, colours.INK))
        mark = "!" if slot in self._book.rests else ""
        return [(self._book.code(entry.service_id) or "?") + mark, *paint]
