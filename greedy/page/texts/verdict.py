"""What the page says first: whether all is well, what is stored, and what to do now."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
    "badge_good": ("In orde", "All well"),
    "badge_heed": ("Aandacht nodig", "Needs a look"),
    "nobody_on_call": ("{days}: niemand heeft dienst.", "{days}: nobody is on call."),
    "badge_trial": ("Proef", "Trial"),
    "badge_failed": ("Mislukt", "Failed"),
    "headline": (
        ("De enige dienst is gevuld.", "Alle {n} diensten zijn gevuld."),
        ("The only shift is filled.", "All {n} shifts are filled."),
    ),
    "headline_open": (
        (
            "{filled} van de {needed} diensten gevuld, nog {n} open.",
            "{filled} van de {needed} diensten gevuld, nog {n} open.",
        ),
        ("{filled} of {needed} shifts filled, {n} still open.", "{filled} of {needed} shifts filled, {n} still open."),
    ),
    "headline_proposal": (
        "Voorstel: {filled} van de {needed} diensten gevuld, {n} open.",
        "Proposal: {filled} of {needed} shifts filled, {n} open.",
    ),
    "headline_proposal_all": (
        ("Voorstel: de enige dienst gevuld.", "Voorstel: alle {n} diensten gevuld."),
        ("Proposal: the only shift filled.", "Proposal: all {n} shifts filled."),
    ),
    "headline_no_demand": ("Dit rooster vraagt om geen enkele dienst.", "This roster asks for no shift at all."),
    "headline_no_demand_then": ("Op deze dagen is geen enkele dienst nodig.", "No shift is needed on these days."),
    "headline_elsewhere": (
        ("{days} is rond; 1 plek elders open.", "{days} is rond; {n} plekken elders open."),
        ("{days} is complete; 1 place elsewhere is open.", "{days} is complete; {n} places elsewhere are open."),
    ),
    "confined": ("Alleen {period} is ingepland.", "Only {period} was planned."),
    "confined_past": (
        "Dagen voor vandaag, tot en met {last}, zijn niet ingepland.",
        "Days before today, until {last}, were not planned.",
    ),
    "confined_all_past": (
        "Het hele rooster ligt voor vandaag: er is niets ingepland.",
        "The whole roster lies before today: nothing was planned.",
    ),
    "confined_day": ("Alleen {day} is ingepland.", "Only {day} was planned."),
    "confined_open": (
        ("Op de andere dagen staat nog 1 plek open.", "Op de andere dagen staan nog {n} plekken open."),
        ("On the other days 1 place is still open.", "On the other days {n} places are still open."),
    ),
    "headline_unknown": (
        "GREEDY is gestopt voordat er iets was ingepland.",
        "The run stopped before anything was planned.",
    ),
    "failed_data": (
        "In de gegevens van dit rooster klopt iets niet; bij de meldingen staat wat.",
        "Something is wrong in the data of this roster; the notes say what.",
    ),
    "failed_roster": (
        "Dit rooster kan niet worden ingepland: het is er niet, of het is al afgesloten.",
        "This roster cannot be planned: it is not there, or it is closed.",
    ),
    "failed_settings": ("GREEDY is niet goed ingesteld.", "The settings of GREEDY are not right."),
    "failed_options": (
        "GREEDY is gestart met dagen of keuzes die niet bij dit rooster passen.",
        "GREEDY was started with days or options that do not fit this roster.",
    ),
    "failed_conflict": (
        "Er werd steeds tegelijk in het rooster gewerkt. Probeer het over een paar minuten opnieuw.",
        "Somebody edited the roster all the while. Try again in some minutes.",
    ),
    "failed_database": (
        "Lezen uit of opslaan in de database is niet gelukt.",
        "Reading from the database or saving to it did not work.",
    ),
    "failed_timeout": ("Het duurde langer dan is toegestaan.", "It took longer than is allowed."),
    "failed_stopped": (
        "GREEDY is onderweg gestopt, van buitenaf.",
        "GREEDY was stopped on its way, from outside.",
    ),
    "failed_unexpected": (
        "Er ging iets mis waar GREEDY niet op rekent.",
        "Something went wrong that GREEDY does not reckon with.",
    ),
    "stored_all": (
        ("De ene nieuwe dienst is opgeslagen.", "Alle {n} nieuwe diensten zijn opgeslagen."),
        ("The one new shift is saved.", "All {n} new shifts are saved."),
    ),
    "stored_no_need": (
        "Er viel niets nieuws in te plannen; er is niets veranderd.",
        "There was nothing new to plan; nothing has changed.",
    ),
    "stored_no_way": (
        "Er kon niets bij; er is niets veranderd.",
        "Nothing could be added; nothing has changed.",
    ),
    "stored_taken_back": (
        (
            "Er is 1 dienst vervallen en niets nieuws ingepland; dat is opgeslagen.",
            "Er zijn {n} diensten vervallen en niets nieuws ingepland; dat is opgeslagen.",
        ),
        (
            "1 shift was taken back and nothing new planned; that is saved.",
            "{n} shifts were taken back and nothing new planned; that is saved.",
        ),
    ),
    "stored_trial": (
        "Dit is een proef: er is niets opgeslagen. Zo zou het rooster eruitzien.",
        "This is a trial: nothing is saved. This is what the roster would look like.",
    ),
    "stored_nothing": ("Er is niets opgeslagen.", "Nothing is saved."),
    "stored_without_rest": (
        "De nieuwe diensten zijn opgeslagen, maar hun rust misschien niet. Start GREEDY opnieuw, dat maakt het af.",
        "The new shifts are saved, but perhaps not their rest. Run it again, and it completes the roster.",
    ),
    "stored_some": (
        "Niet alles is opgeslagen: van {written} van de {planned} nieuwe diensten is het zeker. "
        "Start GREEDY opnieuw, dat maakt het rooster af.",
        "Not everything is saved: {written} of the {planned} new shifts certainly are. "
        "Run it again, and it completes the roster.",
    ),
    "rest_proven": (
        "Na elke wachtdienst is de rust ingepland (gecontroleerd).",
        "The rest after each on-call duty is planned (checked).",
    ),
    "rest_proven_trial": (
        "Na elke wachtdienst die er al stond, is de rust ingepland (gecontroleerd).",
        "The rest after each on-call duty that was there already is planned (checked).",
    ),
    "rest_unproven": (
        "Niet elke wachtdienst heeft zijn rust: {good} van de {all} wel. Zie de meldingen.",
        "Not every on-call duty has its rest: {good} of {all} do. See the notes.",
    ),
    "rest_unread": (
        "De rust na wachtdiensten kon niet worden gecontroleerd. Zie de meldingen.",
        "The rest after on-call duties could not be checked. See the notes.",
    ),
    "error": ("Stuur dit door aan de beheerder:", "Pass this on to whoever looks after GREEDY:"),
    "fair": (
        "Iedereen werkt tussen {least}% en {most}% van het eigen maximum.",
        "Everybody works between {least}% and {most}% of their own quota.",
    ),
    "fair_equal": ("Iedereen werkt {n}% van het eigen maximum.", "Everybody works {n}% of their own quota."),
    "fair_full": ("Iedereen zit aan het eigen maximum.", "Everybody has used their own quota."),
    "steps": ("Wat nu?", "What now?"),
    "step_done": ("Niets meer te doen: het rooster is klaar.", "Nothing left to do: the roster is ready."),
    "step_trial": (
        "Klopt het zo? Start GREEDY dan nog eens, maar niet als proef: dan wordt het opgeslagen.",
        "Is it right? Then run GREEDY again, but not as a trial, and it is saved.",
    ),
    "step_rerun": (
        "Start GREEDY opnieuw: dat maakt af wat nu ontbreekt.",
        "Run GREEDY again: it completes what is missing now.",
    ),
    "step_failed": (
        "Stuur de technische tekst door aan de beheerder. Is het opgelost? Start GREEDY dan opnieuw.",
        "Pass the technical text on to whoever looks after GREEDY. Is it put right? Then run GREEDY again.",
    ),
    "step_data": (
        "Zet recht wat er bij de meldingen staat, en start GREEDY opnieuw.",
        "Put right what the notes say, and run GREEDY again.",
    ),
    "step_on_call": (
        "Zorg eerst dat er op elk dagdeel iemand dienst heeft.",
        "First see that somebody is on call on every part of the day.",
    ),
    "step_open": (
        ("Bekijk de open plek", "Bekijk alle {n} open plekken"),
        ("See the open place", "See all {n} open places"),
    ),
    "step_outside": (
        (
            "Plan ook de andere dagen: daar staat nog 1 plek open.",
            "Plan ook de andere dagen: daar staan nog {n} plekken open.",
        ),
        ("Plan the other days too: 1 place is open there.", "Plan the other days too: {n} places are open there."),
    ),
    "step_notes": (("Lees de melding", "Lees de {n} meldingen"), ("Read the note", "Read the {n} notes")),
    "tile_coverage": ("gevuld", "filled"),
    "tile_open": ("nog open", "still open"),
    "tile_new": ("nieuw ingepland", "newly planned"),
    "tile_new_unsaved": ("voorgesteld", "proposed"),
    "tile_before": ("stonden er al", "were there already"),
    "tile_notes": (("melding", "meldingen"), ("note", "notes")),
    "made": ("Gemaakt op {moment}", "Made on {moment}"),
}
