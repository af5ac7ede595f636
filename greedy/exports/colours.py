"""The services' colours on paper and in a sheet: the practice's own, else some of ours, and ink that reads on them."""

from __future__ import annotations

from typing import NamedTuple

from greedy.page.book import Book
from greedy.page.colours import contrast

DUTIES = ("#1d4ed8", "#1e3a8a", "#b91c1c", "#7f1d1d", "#6d28d9", "#4c1d95", "#0f766e", "#134e4a")
OTHERS = (
    "#bbf7d0",
    "#fde68a",
    "#bae6fd",
    "#fbcfe8",
    "#ddd6fe",
    "#fed7aa",
    "#a5f3fc",
    "#d9f99d",
    "#e9d5ff",
    "#fecaca",
    "#c7d2fe",
    "#e5e7eb",
)
"""What services without a colour of their own get: on-call duties dark ones, the others light ones."""

REST, AWAY, OUTSIDE, UNKNOWN = "#e3e8ee", "#cfd4da", "#f6f7f8", "#ffffff"
"""Plain tints: of rest, of absence, of days outside the period, of work without a service."""

INK, PAPER = "#000000", "#ffffff"


class Paint(NamedTuple):
    """Two colours as the web writes them, `#rrggbb`: what is below, and what is written on it."""

    fill: str
    ink: str


def paints(book: Book) -> dict[str, Paint]:
    """Return the colours of every service, by its id."""
    found: dict[str, Paint] = {}
    taken = {True: 0, False: 0}
    for service in book.ordered_services(set(book.by_code)):
        fill = service.colour
        if fill is None:
            palette = DUTIES if service.is_system else OTHERS
            fill = palette[taken[service.is_system] % len(palette)]
            taken[service.is_system] += 1
        fill = _in_full(fill)
        found[service.id] = Paint(fill, ink_on(fill))
    return found


def ink_on(fill: str) -> str:
    """Return the ink, black or white, that stands out more on a colour (WCAG 2.2, contrast ratio): 4.5 : 1 at least."""
    return INK if contrast(fill, INK) >= contrast(fill, PAPER) else PAPER


def _in_full(colour: str) -> str:
    """Write a short colour in full: `#26e` is `#2266ee`."""
    return "#" + (colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])).lower()
