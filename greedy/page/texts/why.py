"""Why somebody has a shift, and who else could."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
    "why": ("Waarom deze persoon?", "Why this person?"),
    "roster_hint_why": (
        "Kies een dienst: dan staat er waarom diegene werkt, en wie ook kon.",
        "Choose a shift to see why that person works it, and who else could.",
    ),
    "why_close": ("Sluiten", "Close"),
    "why_new": ("Nu ingepland door GREEDY.", "Planned by GREEDY now."),
    "why_new_unsaved": ("Voorstel van GREEDY, niet opgeslagen.", "Proposed by GREEDY, not saved."),
    "why_earlier": ("Eerder ingepland door GREEDY.", "Planned by GREEDY earlier."),
    "why_earlier_on": ("Eerder ingepland door GREEDY, op {moment}.", "Planned by GREEDY earlier, on {moment}."),
    "why_hand": ("Met de hand ingepland.", "Planned by hand."),
    "why_source": (
        "Niet door GREEDY ingepland, maar door ‘{source}’.",
        "Not planned by GREEDY, but by ‘{source}’.",
    ),
    "why_row": ("Deze plek staat in het rooster sinds {moment}.", "This slot is in the roster since {moment}."),
    "why_share": (
        "{name} doet in deze periode {used} van hoogstens {quota} keer {code}.",
        "{name} works {used} of at most {quota} shifts of {code} in this period.",
    ),
    "why_no_quota": (
        "{name} heeft in deze periode geen maximum voor {code}.",
        "{name} has no quota of {code} in this period.",
    ),
    "why_pair": (
        "Doet die dag ook {code}: samen een 24-uursdienst.",
        "Works {code} too that day: a 24-hour duty.",
    ),
    "why_smallest": (
        (
            "Zonder deze dienst was het deel van het maximum niet groter dan bij de ander die kon.",
            "Zonder deze dienst was het deel van het maximum het kleinste van iedereen die kon.",
        ),
        (
            "Without this shift the part of the quota was no larger than that of the other who could.",
            "Without this shift the part of the quota was the smallest of all who could.",
        ),
    ),
    "why_whole": (
        "Over het hele rooster komen de diensten zo het eerlijkst uit.",
        "Over the whole roster the work is shared out most fairly so.",
    ),
    "why_others": ("Konden ook: {names}.", "Could as well: {names}."),
    "why_other": ("{name} ({used})", "{name} ({used})"),
    "why_team_only": (
        (
            "Verder kon alleen 1 collega van een team dat hier niet mag werken.",
            "Verder konden alleen {n} collega's van een team dat hier niet mag werken.",
        ),
        (
            "Besides, only 1 person of a team that may not work here could.",
            "Besides, only {n} people of a team that may not work here could.",
        ),
    ),
    "why_only_one": ("Niemand anders mag {code} doen.", "Nobody else may do {code}."),
    "why_nobody": (
        (
            "Niemand anders kon: van de 1 andere die {code} mag doen, {told}.",
            "Niemand anders kon: van de {n} anderen die {code} mogen doen, {told}.",
        ),
        (
            "Nobody else could: of the 1 other who can do {code}, {told}.",
            "Nobody else could: of the {n} others who can do {code}, {told}.",
        ),
    ),
}
