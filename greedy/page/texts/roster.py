"""The roster in weeks, its marks and their legend."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
    "roster_hint": (
        "O ochtend, M middag, A avond en nacht.",
        "O morning, M afternoon, A evening and night.",
    ),
    "roster_hint_left": (
        "Dagen in cursief zijn nu niet ingepland: daar staat wat er al was.",
        "Days in italics were not planned now: they show what was there already.",
    ),
    "cell_rest": ("rust", "rest"),
    "cell_away": ("NB", "off"),
    "aside_hand": ("met de hand ingepland", "planned by hand"),
    "aside_earlier": ("eerder ingepland door GREEDY", "planned by GREEDY earlier"),
    "aside_mag": ("mag, hoeft niet", "may be filled, need not"),
    "aside_clash": ("zou rust moeten zijn", "should be rest"),
    "still_open": ("Nog open", "Still open"),
    "filter_person": ("Zoek een naam", "Find a name"),
    "filter_none": ("Geen naam gevonden", "No name found"),
    "legend": ("Legenda", "Legend"),
    "legend_new": ("nu ingepland door GREEDY", "planned by GREEDY now"),
    "legend_new_unsaved": ("voorstel van GREEDY, niet opgeslagen", "proposed by GREEDY, not saved"),
    "legend_hand": ("met de hand ingepland", "planned by hand"),
    "legend_earlier": ("eerder ingepland door GREEDY", "planned by GREEDY earlier"),
    "legend_rest": ("rust na een wachtdienst", "rest after an on-call duty"),
    "legend_away": ("niet beschikbaar: verlof, ziek of vaste vrije dag", "away: leave, illness or fixed day off"),
    "legend_mag": ("dienst die mag, maar niet hoeft", "shift that may be filled, but need not"),
    "legend_clash": ("werkt, maar zou rust moeten hebben", "works, but should be resting"),
    "legend_open": ("dienst die nog open is en moet", "shift that is still open and must be filled"),
    "legend_open_mag": ("dienst die nog open is en mag", "shift that is still open and may be filled"),
    "legend_duties": ("Wachtdiensten", "On-call duties"),
    "legend_services": ("Andere diensten", "Other services"),
    "legend_marks": ("Tekens", "Marks"),
}
