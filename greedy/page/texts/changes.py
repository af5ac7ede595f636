"""What the run changed, per day, and for whom."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
    "filter_changes": ("Zoek een naam, dienst of dag", "Find a name, service or day"),
    "filter_nothing": ("Niets gevonden", "Nothing found"),
    "column_day": ("Dag", "Day"),
    "changes_intro": (
        ("GREEDY heeft 1 dienst ingepland.", "GREEDY heeft {n} diensten ingepland."),
        ("This run planned 1 shift.", "This run planned {n} shifts."),
    ),
    "changes_intro_unsaved": (
        (
            "GREEDY zou 1 dienst inplannen; dat is niet (helemaal) opgeslagen.",
            "GREEDY zou {n} diensten inplannen; die zijn niet (allemaal) opgeslagen.",
        ),
        (
            "This run would plan 1 shift; it is not (wholly) saved.",
            "This run would plan {n} shifts; they are not (all) saved.",
        ),
    ),
    "changes_intro_nothing_saved": (
        (
            "GREEDY zou 1 dienst inplannen; er is niets opgeslagen.",
            "GREEDY zou {n} diensten inplannen; er is niets opgeslagen.",
        ),
        ("This run would plan 1 shift; nothing is saved.", "This run would plan {n} shifts; nothing is saved."),
    ),
    "changes_moved": (
        (
            "1 dienst gaat naar iemand anders; de vorige naam staat erbij.",
            "{n} diensten gaan naar iemand anders; de vorige naam staat erbij.",
        ),
        (
            "1 shift goes to somebody else, and the name before stands beside it.",
            "{n} shifts go to somebody else, and the name before stands beside them.",
        ),
    ),
    "changes_taken_back": (
        (
            "1 dienst die GREEDY eerder had ingepland, vervalt.",
            "{n} diensten die GREEDY eerder had ingepland, vervallen.",
        ),
        ("1 shift that an earlier run planned is taken back.", "{n} shifts that earlier runs planned are taken back."),
    ),
    "changes_taken_back_unsaved": (
        (
            "1 dienst die GREEDY eerder had ingepland, zou vervallen.",
            "{n} diensten die GREEDY eerder had ingepland, zouden vervallen.",
        ),
        (
            "1 shift that an earlier run planned would be taken back.",
            "{n} shifts that earlier runs planned would be taken back.",
        ),
    ),
    "change_gone": ("vervalt", "taken back"),
    "change_gone_unsaved": ("zou vervallen", "would be taken back"),
    "change_before": ("(was {name})", "(was {name})"),
    "changes_rest_opened": (
        ("1 dagdeel rust is niet meer nodig.", "{n} dagdelen rust zijn niet meer nodig."),
        ("1 part of a day of rest is no longer needed.", "{n} parts of days of rest are no longer needed."),
    ),
    "changes_rest": (
        ("Daarbij hoort 1 dagdeel rust.", "Daarbij horen {n} dagdelen rust."),
        ("1 part of a day of rest goes with it.", "{n} parts of days of rest go with them."),
    ),
    "changes_none": ("GREEDY heeft niets veranderd.", "This run changed nothing."),
    "section_people": ("Wat verandert er voor wie?", "What changes for whom?"),
    "people_intro": (
        "Per persoon, om door te geven: wat iemand niet meer doet en waarom, en wat erbij komt.",
        "Person by person, to be passed on: what somebody does no more and why, and what they get.",
    ),
    "shift_told": ("{code} {day} ({dagdeel})", "{code} {day} ({dagdeel})"),
    "person_gets": ("Krijgt {shift}.", "Gets {shift}."),
    "person_gets_from": ("Krijgt {shift}, van {name}.", "Gets {shift}, from {name}."),
    "person_loses": ("Niet meer: {shift}. {why}.", "No more: {shift}. {why}."),
    "person_loses_to": (
        "Niet meer: {shift}, die gaat naar {name}. {why}.",
        "No more: {shift}, which goes to {name}. {why}.",
    ),
    "moved_leave": ("{name} is afwezig bij {shift}", "{name} is away at {shift}"),
    "moved_entry": (
        "{name} is met de hand anders ingepland bij {shift}",
        "{name} is planned otherwise by hand at {shift}",
    ),
    "moved_rest": (
        "{name} heeft rust na of voor een andere dienst bij {shift}",
        "{name} needs rest after or before another duty at {shift}",
    ),
    "moved_quota": ("{name} mag minder {code} doen dan was ingepland", "{name} may do less {code} than was planned"),
    "moved_qualification": ("{name} doet geen {code} meer", "{name} does no {code} any more"),
    "moved_left": ("{name} is niet meer actief", "{name} is not active any more"),
    "moved_demand": (
        "Voor {shift} is niemand meer nodig, of zijn er minder mensen nodig",
        "{shift} needs nobody, or fewer people",
    ),
    "moved_open": ("{shift} stond open en kan zo worden gevuld", "{shift} was open and can be filled this way"),
    "moved_pair": (
        "Zo heeft één persoon de hele 24-uursdienst, die van {shift} of een andere",
        "This way one person has all of a 24-hour duty, that of {shift} or another",
    ),
    "moved_spread": (
        "Wat open blijft is zo beter gespreid dan met {shift} bij dezelfde persoon",
        "What stays open is spread better than with {shift} in the same hands",
    ),
    "moved_reshuffle": ("Alles is op verzoek opnieuw verdeeld", "Everything was shared out anew, as was asked for"),
    "changes_caption": ("Wat er is veranderd, per dag", "What has changed, per day"),
}
