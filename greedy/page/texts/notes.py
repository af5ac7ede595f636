"""The notes: what planners should know or put right, and what could not be proven."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
    "notes_none": ("Geen meldingen.", "No notes."),
    "notes_unknown": (
        "Dat is niet bekend: GREEDY is gestopt voordat alles was gecontroleerd.",
        "That is not known: GREEDY stopped before everything was checked.",
    ),
    "note_detail": ("Technische tekst", "Technical text"),
    "note_schema": (
        "De database mist een onderdeel van GREEDY. Vraag de beheerder om dit in orde te maken.",
        "The database lacks a part of GREEDY. Ask whoever looks after it to put that right.",
    ),
    "note_write": (
        "Een eerste poging had al diensten opgeslagen, toen iemand iets wijzigde; die tellen als nieuw.",
        "A first attempt of this run had saved shifts, when somebody changed something; they count as new.",
    ),
    "note_history": (
        "Deze planning staat misschien niet in de geschiedenis. Aan het rooster verandert dat niets.",
        "This run may be missing from the history of the runs. That changes nothing about the roster.",
    ),
    "note_publish": (
        "Niet alles van dit rooster is gedeeld: een bestand of link ontbreekt. Stuur dit door aan de beheerder.",
        "Not all of this roster is shared: a file or link is missing. Pass this on to whoever looks after GREEDY.",
    ),
    "note_notify": (
        "Het bericht dat dit rooster klaar is, kwam niet aan. Aan het rooster verandert dat niets.",
        "The message that this roster is ready did not arrive. That changes nothing about the roster.",
    ),
    "note_left": (
        (
            "{name} is niet meer actief, maar doet nog 1 keer {code}: {days}. Plan daar iemand anders.",
            "{name} is niet meer actief, maar doet nog {n} keer {code}: {days}. Plan daar iemand anders.",
        ),
        (
            "{name} is not active any more, but still works 1 shift of {code}: {days}. Plan somebody else there.",
            "{name} is not active any more, but still works {n} shifts of {code}: {days}. Plan somebody else there.",
        ),
    ),
    "note_unqualified": (
        (
            "{name} mag {code} niet doen, maar doet het 1 keer: {days}. Plan daar iemand anders.",
            "{name} mag {code} niet doen, maar doet het {n} keer: {days}. Plan daar iemand anders.",
        ),
        (
            "{name} may not do {code}, but works 1 shift of it: {days}. Plan somebody else there.",
            "{name} may not do {code}, but works {n} shifts of it: {days}. Plan somebody else there.",
        ),
    ),
    "note_beyond_quota": (
        "{name} doet {n} keer {code}, meer dan het maximum van {quota}: {days}. "
        "Verhoog het maximum, of haal er {more} weg.",
        "{name} works {n} shifts of {code}, more than the quota of {quota}: {days}. "
        "Raise the quota, or take {more} away.",
    ),
    "note_surplus": (
        (
            "{day} {dagdeel}: er is 1 persoon meer voor {code} ingepland dan nodig. Dat is zo gelaten.",
            "{day} {dagdeel}: er zijn {n} mensen meer voor {code} ingepland dan nodig. Dat is zo gelaten.",
        ),
        (
            "{day} {dagdeel}: 1 person more than needed works {code}. That is left as it is.",
            "{day} {dagdeel}: {n} people more than needed work {code}. That is left as it is.",
        ),
    ),
    "note_halves": (
        ("1 24-uursdienst is over twee mensen verdeeld.", "{n} 24-uursdiensten zijn over twee mensen verdeeld."),
        ("1 24-hour duty is split between two people.", "{n} 24-hour duties are split between two people."),
    ),
    "note_half": (
        ("Van 1 24-uursdienst is maar de helft ingepland.", "Van {n} 24-uursdiensten is maar de helft ingepland."),
        ("Of 1 24-hour duty only half is planned.", "Of {n} 24-hour duties only half is planned."),
    ),
    "note_list": ("Welke?", "Which ones?"),
    "note_unpaired": (
        "{day} {dagdeel}: {name} doet {code} zonder de andere helft van de 24-uursdienst.",
        "{day} {dagdeel}: {name} works {code} without the other half of the 24-hour duty.",
    ),
    "note_rest_conflict": (
        "{day} {dagdeel}: {name} werkt {code}, maar zou dan rust moeten hebben na {duty}. "
        "Haal een van de twee weg in de roosterapplicatie.",
        "{day} {dagdeel}: {name} works {code}, but should be resting after {duty}. "
        "Take one of the two away in the roster application.",
    ),
    "note_orphaned": (
        (
            "{days}: {name} is geblokkeerd zonder wachtdienst ervoor. "
            "Klopt dat niet? Zet het dagdeel open in de roosterapplicatie.",
            "{days}: {name} is geblokkeerd zonder wachtdienst ervoor. "
            "Klopt dat niet? Zet de {n} dagdelen open in de roosterapplicatie.",
        ),
        (
            "{days}: {name} is blocked without a duty before it. "
            "Is that not right? Open the slot in the roster application.",
            "{days}: {name} is blocked without a duty before it. "
            "Is that not right? Open the {n} slots in the roster application.",
        ),
    ),
    "note_check_error": (
        "De rust na wachtdiensten kon niet worden gecontroleerd. Stuur dit door aan de beheerder.",
        "The rest after on-call duties could not be checked. Pass this on to whoever looks after GREEDY.",
    ),
    "note_missing_rest": (
        "Niet elke wachtdienst heeft zijn rust: {told}.",
        "Not every on-call duty has its rest: {told}.",
    ),
    "missing_rest": ("{name} na {duty}", "{name} after {duty}"),
    "check_blocking_records": (
        "De database maakte de rust na wachtdiensten niet vanzelf. Stuur dit door aan de beheerder.",
        "The database did not make the rest after on-call duties by itself. Pass this on to whoever looks after it.",
    ),
    "check_dio_ddo_blocking": (
        "Niet elke wachtdienst heeft zijn rust.",
        "Not every on-call duty has its rest.",
    ),
    "check_trigger_consistency": (
        "Wachtdiensten en rust horen niet overal bij elkaar. Stuur dit door aan de beheerder.",
        "Duties and rest do not belong together everywhere. Pass this on to whoever looks after GREEDY.",
    ),
    "check_edge_cases": (
        "Er staan dagdelen dubbel in het rooster. Stuur dit door aan de beheerder.",
        "The roster has double slots. Pass this on to whoever looks after GREEDY.",
    ),
    "alert_assignments_written": (
        "Er zijn {value} diensten opgeslagen in plaats van {limit}.",
        "{value} shifts were saved instead of {limit}.",
    ),
    "alert_blocking_written": (
        "Er zijn {value} dagdelen rust opgeslagen in plaats van {limit}.",
        "{value} parts of days of rest were saved instead of {limit}.",
    ),
}
