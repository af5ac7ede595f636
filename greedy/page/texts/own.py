"""Everybody's own roster."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
    "own_hint": (
        "Kies een naam: alleen dat rooster komt in beeld, en alleen dat wordt afgedrukt.",
        "Choose a name: only that roster is shown, and only that is printed.",
    ),
    "own_all": ("Sluiten", "Close"),
    "own_print": ("Afdrukken", "Print"),
    "own_shifts": (("1 dienst", "{n} diensten"), ("1 shift", "{n} shifts")),
    "own_on_call": (
        ("waarvan 1 wachtdienst", "waarvan {n} wachtdiensten"),
        ("1 of them on call", "{n} of them on call"),
    ),
    "own_none": ("Geen diensten in deze periode.", "No shifts in this period."),
    "own_away": ("NB of rust: {days}", "Away or resting: {days}"),
    "own_unsaved": ("Voorstel: dit is niet opgeslagen.", "Proposal: this is not saved."),
    "column_date": ("Datum", "Date"),
    "column_hours": ("Tijd", "Hours"),
    "column_beside": ("Met wie", "With whom"),
    "column_rest": ("Rust daarna", "Rest after it"),
}
