"""The services' colours on paper and in a sheet: the practice's own, else some of ours, and ink that reads on them."""

from __future__ import annotations

from typing import NamedTuple

from greedy.page.book import Book
from greedy.page.colours import contrast

DUTIES = ("#2467a8", "#123c6b", "#a3480f", "#662a05", "#0b6b62", "#064640", "#7d3577", "#4d1d49")
OTHERS = (
    "#fbe08a",
    "#bfe6cf",
    "#f6c9db",
    "#c9dcf7",
    "#dcd0f2",
    "#fbcfae",
    "#c4ebee",
    "#dfe4b0",
    "#eed6c3",
    "#cfd6de",
    "#e9c4c4",
    "#d3ecb7",
)
"""What services without a colour of their own get, as on the page (its classes `d` and `s`): duties dark ones."""

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
    for service in book.services.values():
        shade = book.colours[service.id]
        own = {"d": DUTIES, "s": OTHERS}.get(shade[0])
        fill = f"#{shade[1:]}" if own is None else own[int(shade[1:])]
        found[service.id] = Paint(fill, ink_on(fill))
    return found


def ink_on(fill: str) -> str:
    """Return the ink, black or white, that stands out more on a colour (WCAG 2.2, contrast ratio): 4.5 : 1 at least."""
    return INK if contrast(fill, INK) >= contrast(fill, PAPER) else PAPER
