"""Coverage, per service and per day."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
    "coverage_services": ("Per dienst en team", "Per service and team"),
    "coverage_days": ("Per dag", "Per day"),
    "coverage_unknown": ("Nog niet berekend.", "Not computed yet."),
    "coverage_confined": (
        "Alleen de ingeplande dagen tellen mee; de andere staan in cursief.",
        "Only the days that were planned count; the others are in italics.",
    ),
    "column_filled": ("Gevuld", "Filled"),
    "column_share": ("Bezetting", "Coverage"),
    "bar_before": ("stond er al", "was there already"),
    "bar_new": ("nieuw", "new"),
    "bar_open": ("open", "open"),
}
