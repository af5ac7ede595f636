"""Everything that the page says, Dutch beside English.

A text is (Dutch, English). Where it depends on a number `n`, each of the two is (for one, for several). Braces hold
what is filled in. A midwife reads these: short, plain, no terms of the database.
"""

from __future__ import annotations

Form = str | tuple[str, str]

TEXTS: dict[str, tuple[Form, Form]] = {
    # The frame
    "title": ("Rooster {period}", "Roster {period}"),
    "title_unknown": ("Rooster", "Roster"),
    "period": ("{first} t/m {last}", "{first} – {last}"),
    "skip": ("Direct naar de inhoud", "Skip to the content"),
    "contents": ("Op deze pagina", "On this page"),
    "section_roster": ("Rooster", "Roster"),
    "section_own": ("Per persoon", "By person"),
    "section_open": ("Open diensten", "Open shifts"),
    "section_coverage": ("Bezetting", "Coverage"),
    "section_fairness": ("Verdeling", "Fairness"),
    "section_changes": ("Nieuw ingepland", "Newly planned"),
    "section_changes_unsaved": ("Voorstel", "Proposal"),
    "section_notes": ("Meldingen", "Notes"),
    "section_run": ("Over deze planning", "About this run"),
    # The verdict
    "badge_good": ("In orde", "All well"),
    "badge_heed": ("Aandacht nodig", "Needs a look"),
    "nobody_on_call": ("{days}: niemand heeft dienst.", "{days}: nobody is on call."),
    "more_days": (("nog 1 dag", "nog {n} dagen"), ("1 more day", "{n} more days")),
    "both": ("{names} en {last}", "{names} and {last}"),
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
    "percent": ("{n}%", "{n}%"),
    # The roster
    "roster_hint": (
        "O ochtend, M middag, A avond en nacht.",
        "O morning, M afternoon, A evening and night.",
    ),
    "roster_hint_left": (
        "Dagen in cursief zijn nu niet ingepland: daar staat wat er al was.",
        "Days in italics were not planned now: they show what was there already.",
    ),
    "day_left": ("nu niet ingepland", "not planned now"),
    "week": ("Week {number}", "Week {number}"),
    "weeks": ("Weken", "Weeks"),
    "person": ("Naam", "Name"),
    "dagdeel_O": ("ochtend", "morning"),
    "dagdeel_M": ("middag", "afternoon"),
    "dagdeel_A": ("avond en nacht", "evening and night"),
    "team_Groen": ("Team Groen", "Team Groen"),
    "team_Oranje": ("Team Oranje", "Team Oranje"),
    "team_Overig": ("Overig", "Others"),
    "inactive": ("niet actief", "inactive"),
    "cell_rest": ("rust", "rest"),
    "cell_away": ("NB", "off"),
    "aside_hand": ("met de hand ingepland", "planned by hand"),
    "aside_earlier": ("eerder ingepland door GREEDY", "planned by GREEDY earlier"),
    "aside_mag": ("mag, hoeft niet", "may be filled, need not"),
    "aside_clash": ("zou rust moeten zijn", "should be rest"),
    "still_open": ("Nog open", "Still open"),
    "filter_person": ("Zoek een naam", "Find a name"),
    "filter_changes": ("Zoek een naam, dienst of dag", "Find a name, service or day"),
    "filter_none": ("Geen naam gevonden", "No name found"),
    "filter_nothing": ("Niets gevonden", "Nothing found"),
    "filter_found": ("{found} van {all}", "{found} of {all}"),
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
    "holiday": ("feestdag", "holiday"),
    "legend_duties": ("Wachtdiensten", "On-call duties"),
    "legend_services": ("Andere diensten", "Other services"),
    "legend_marks": ("Tekens", "Marks"),
    # Everybody's own roster
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
    # Why somebody has a shift
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
    # Open shifts
    "open_none": ("Er staat geen dienst meer open.", "No shift is open any more."),
    "open_unknown": (
        "Dat is niet bekend: GREEDY is gestopt voordat het aan inplannen toekwam.",
        "That is not known: the run stopped before it came to planning.",
    ),
    "moet": ("moet", "must"),
    "mag": ("mag", "may"),
    "open_kinds": ("Open: {told}.", "Open: {told}."),
    "kind_0": (("1 wachtdienst", "{n} wachtdiensten"), ("1 on-call duty", "{n} on-call duties")),
    "kind_1": (("1 die moet", "{n} die moeten"), ("1 that must be filled", "{n} that must be filled")),
    "kind_2": (("1 die mag", "{n} die mogen"), ("1 that may be filled", "{n} that may be filled")),
    "open_intro": (
        "Gegroepeerd naar de belangrijkste oorzaak: eerst wachtdiensten, dan wat moet, dan wat mag. Elke aanpassing "
        "hieronder vult op zichzelf één plek; start daarna GREEDY opnieuw. Het maximum is hoeveel keer iemand die "
        "dienst in deze periode hoogstens doet.",
        "Grouped by main cause: on-call duties first, then what must be filled, then what may. Each change below fills "
        "one place by itself; run the job again afterwards. A quota is how often somebody does that service at most in "
        "this period.",
    ),
    "places": (("{n} plek", "{n} plekken"), ("{n} place", "{n} places")),
    "cause_quota_used": ("Vooral: maximum bereikt", "Mostly: quota used up"),
    "cause_unavailable": ("Vooral: afwezig", "Mostly: away"),
    "cause_works": ("Vooral: werkt dan al", "Mostly: working then already"),
    "cause_rests": ("Vooral: rust na een wachtdienst", "Mostly: resting after an on-call duty"),
    "cause_blocked": ("Vooral: geblokkeerd", "Mostly: blocked"),
    "cause_would_lose_rest": ("Vooral: te weinig rust", "Mostly: too little rest"),
    "cause_inactive": ("Vooral: niet actief", "Mostly: inactive people"),
    "cause_service_inactive": ("De dienst staat op niet actief", "The service is inactive"),
    "cause_nobody": ("Niemand mag deze dienst doen", "Nobody may do this service"),
    "joint_all": (
        ("Deze wijziging vult alles", "Deze {n} wijzigingen vullen samen alles"),
        ("This change fills everything", "These {n} changes together fill everything"),
    ),
    "joint_some": (
        (
            "Deze wijziging vult {fills} van de {open} open plekken",
            "Deze {n} wijzigingen vullen samen {fills} van de {open} open plekken",
        ),
        (
            "This change fills {fills} of the {open} open places",
            "These {n} changes together fill {fills} of the {open} open places",
        ),
    ),
    "joint_all_anew": ("Alles opnieuw plannen vult alles", "Planning everything anew fills everything"),
    "joint_some_anew": (
        "Alles opnieuw plannen vult {fills} van de {open} open plekken",
        "Planning everything anew fills {fills} of the {open} open places",
    ),
    "joint_intro": (
        "Ze horen bij elkaar: met alle samen is het rooster nagerekend. Voer ze zelf in, GREEDY doet dat niet, en laat "
        "daarna alles opnieuw plannen (met --replan).",
        "They belong together: with all of them the roster was planned to make sure. Enter them yourself, the job does "
        "not, and let everything be planned anew afterwards (with --replan).",
    ),
    "joint_intro_anew": (
        "Daar hoeft niets voor te veranderen: start GREEDY met --replan.",
        "Nothing need change for that: start the job with --replan.",
    ),
    "joint_quota": ("Maximum hoger", "A larger quota"),
    "joint_quota_line": ("{name}: {code} van {quota} naar {more} keer", "{name}: {code} from {quota} to {more}"),
    "joint_swap": ("Dienst overnemen", "Taking over a shift"),
    "joint_swap_line": ("{day}: {taker} neemt {code} over van {name}", "{day}: {taker} takes {code} over from {name}"),
    "joint_free_day": ("Vrije dag: vraag het", "A free day: ask"),
    "joint_free_day_line": (
        "Wil {name} op {day} toch werken ({parts})?",
        "Would {name} work on {day} after all ({parts})?",
    ),
    "joint_qualification": ("Bevoegdheid: alleen als dat klopt", "A qualification: only where it is true"),
    "joint_qualification_line": (
        "{name} doet ook {code} (maximum {quota} keer), als zij daarvoor bevoegd is",
        "{name} does {code} too (quota {quota}), if they are qualified",
    ),
    "joint_left": (
        ("Ook dan blijft 1 plek open: {told}.", "Ook dan blijven {n} plekken open: {told}."),
        ("1 place stays open all the same: {told}.", "{n} places stay open all the same: {told}."),
    ),
    "joint_others": (("1 andere", "{n} andere"), ("1 other", "{n} others")),
    "tips": ("Dit helpt het meest", "What helps most"),
    "tip_quota": (
        "Zet het maximum {code} van {name} op {more} keer (nu {quota}): vult 1 van de {n} open {code}.",
        "Raise the {code} quota of {name} to {more} (now {quota}): fills 1 of the {n} open {code}.",
    ),
    "tip_quota_day": (
        "Zet het maximum {code} van {name} op {more} keer (nu {quota}), voor {day}.",
        "Raise the {code} quota of {name} to {more} (now {quota}), for {day}.",
    ),
    "tip_qualification": (
        "Laat {name} ook {code} doen: vult 1 van de {n} open {code}.",
        "Let {name} do {code} too: fills 1 of the {n} open {code}.",
    ),
    "tip_qualification_day": ("Laat {name} ook {code} doen, voor {day}.", "Let {name} do {code} too, for {day}."),
    "reason": (
        "Van de {n} collega's die {code} mogen doen, {told}.",
        "Of the {n} people who can do {code}, {told}.",
    ),
    "reason_all": (
        ("De enige die {code} mag doen, {told}.", "Alle {n} {told}."),
        ("The only one who can do {code} {told}.", "All {n} {told}."),
    ),
    "reason_nobody": (
        "Niemand uit een team dat hier mag werken, kan {code}.",
        "Nobody of a team that may work here can do {code}.",
    ),
    "all_inactive": (("is niet actief", "zijn niet actief"), ("is inactive", "are inactive")),
    "all_would_lose_rest": (
        ("zou te weinig rust krijgen", "zouden te weinig rust krijgen"),
        ("would lose rest", "would lose rest"),
    ),
    "all_blocked": (("is dan geblokkeerd", "zijn dan geblokkeerd"), ("is blocked then", "are blocked then")),
    "all_rests": (
        ("rust na een wachtdienst", "rusten na een wachtdienst"),
        ("rests after a duty", "rest after a duty"),
    ),
    "all_works": (("werkt dan al", "werken dan al"), ("works then already", "work then already")),
    "all_unavailable": (("is dan afwezig", "zijn dan afwezig"), ("is away then", "are away then")),
    "all_quota_used": (
        ("zit aan het maximum", "zitten aan hun maximum"),
        ("has used the quota", "have used their quota"),
    ),
    "reason_service_inactive": ("{code} staat op niet actief.", "{code} is inactive."),
    "obstacle_quota_used": (
        ("zit er 1 aan het maximum", "zitten er {n} aan hun maximum"),
        ("1 has used the quota", "{n} have used their quota"),
    ),
    "obstacle_unavailable": (("is er 1 afwezig", "zijn er {n} afwezig"), ("1 is away", "{n} are away")),
    "obstacle_works": (("werkt er 1 al", "werken er {n} al"), ("1 works already", "{n} work already")),
    "obstacle_rests": (
        ("rust er 1 na een wachtdienst", "rusten er {n} na een wachtdienst"),
        ("1 rests after a duty", "{n} rest after a duty"),
    ),
    "obstacle_rests_after": (
        ("rust er 1 na {code}", "rusten er {n} na {code}"),
        ("1 rests after {code}", "{n} rest after {code}"),
    ),
    "all_rests_after": (
        ("rust na {code}", "rusten na {code}"),
        ("rests after {code}", "rest after {code}"),
    ),
    "obstacle_blocked": (("is er 1 geblokkeerd", "zijn er {n} geblokkeerd"), ("1 is blocked", "{n} are blocked")),
    "obstacle_would_lose_rest": (
        ("zou er 1 te weinig rust krijgen", "zouden er {n} te weinig rust krijgen"),
        ("1 would lose rest", "{n} would lose rest"),
    ),
    "obstacle_inactive": (("is er 1 niet actief", "zijn er {n} niet actief"), ("1 is inactive", "{n} are inactive")),
    "because_quota_used": ("Maximum bereikt", "Quota used up"),
    "because_unavailable": ("Afwezig", "Away"),
    "because_works": ("Werkt al", "Works already"),
    "because_rests": ("Rust na een wachtdienst", "Rests after a duty"),
    "because_blocked": ("Geblokkeerd", "Blocked"),
    "because_would_lose_rest": ("Zou te weinig rust krijgen", "Would lose rest"),
    "because_inactive": ("Niet actief", "Inactive"),
    "because_service_inactive": ("Dienst niet actief", "Service inactive"),
    "of": ("{part} van {whole} keer", "{part} of {whole} times"),
    "away_at": ("afwezig in de {dagdeel}", "away in the {dagdeel}"),
    "unknown_work": ("werk", "work"),
    "another": ("een ander", "another"),
    "either": ("{names} of {last}", "{names} or {last}"),
    "remedy_quota": ("Verhoog het maximum {code} met 1 bij {names}.", "Raise the {code} quota by 1 for {names}."),
    "remedy_qualification": ("Laat {names} ook {code} doen.", "Let {names} do {code} too."),
    "remedy_none": (
        "Geen aanpassing bij één persoon is genoeg. Ruil, of vul de dienst met de hand.",
        "No change to one person is enough. Swap, or fill it by hand.",
    ),
    "remedy_service_inactive": (
        "Zet {code} op actief, of vraag er niet meer om.",
        "Activate {code}, or ask for it no more.",
    ),
    "who": ("Wie, en waarom niet?", "Who, and why not?"),
    "column_day": ("Dag", "Day"),
    "column_dagdeel": ("Dagdeel", "Part of day"),
    "column_service": ("Dienst", "Service"),
    "column_team": ("Team", "Team"),
    "column_missing": ("Open", "Open"),
    "column_reason": ("Waarom", "Why"),
    "column_remedy": ("Wat helpt", "What would fill it"),
    "demand_TOT": ("Praktijk", "Practice"),
    "demand_GRO": ("Groen", "Groen"),
    "demand_ORA": ("Oranje", "Oranje"),
    # Coverage
    "coverage_services": ("Per dienst en team", "Per service and team"),
    "coverage_days": ("Per dag", "Per day"),
    "coverage_unknown": ("Nog niet berekend.", "Not computed yet."),
    "coverage_confined": (
        "Alleen de ingeplande dagen tellen mee; de andere staan in cursief.",
        "Only the days that were planned count; the others are in italics.",
    ),
    "column_filled": ("Gevuld", "Filled"),
    "column_share": ("Bezetting", "Coverage"),
    "total": ("Totaal", "Total"),
    "bar_before": ("stond er al", "was there already"),
    "bar_new": ("nieuw", "new"),
    "bar_open": ("open", "open"),
    # Fairness
    "fairness_intro": (
        "Ingeplande diensten naast het maximum van deze periode, die met de hand zijn ingepland meegeteld. Gemiddeld "
        "per persoon is {mean}% van het maximum gevuld; de laagste zit op {least}%, de hoogste op {most}%.",
        "Shifts worked beside the quota of this period, those planned by hand included. The mean per person is "
        "{mean}% of the quota; the lowest is at {least}%, the highest at {most}%.",
    ),
    "fairness_none": ("Er is niets te verdelen.", "There is nothing to share out."),
    "fairness_caption": ("Ingepland en maximum per persoon", "Planned and quota per person"),
    "column_total": ("Totaal", "Total"),
    "column_before": ("Eerst", "Before"),
    "column_new": ("Nieuw", "New"),
    "column_nights": ("Nachten", "Nights"),
    "column_weekends": ("Weekenden", "Weekends"),
    "column_holidays": ("Feestdagen", "Holidays"),
    "column_used": ("% van maximum", "% of quota"),
    "gaps": (
        "Hoe ver mensen uiteen liggen: het grootste deel van een maximum min het kleinste. "
        "Bij nachten, weekenden en feestdagen tellen de vorige roosters mee.",
        "How far apart people are: the largest part of a quota less the smallest. "
        "Nights, weekends and holidays of the rosters before count too.",
    ),
    "column_work": ("Werk", "Work"),
    "column_gap_before": ("Voor het verdelen", "Before sharing out"),
    "column_gap_after": ("Nu", "Now"),
    "gap_services": ("Per dienst, gemiddeld", "Per service, on average"),
    "gap_total": ("Alle diensten samen", "All services together"),
    "gap_nights": ("Nachten", "Nights"),
    "gap_weekends": ("Weekenden en losse feestdagen", "Weekends, holidays on other days included"),
    "gap_holidays": ("Feestdagen", "Holidays"),
    "sort": ("Sorteer op {column}", "Sort by {column}"),
    "mean": ("Gemiddeld", "Mean"),
    "share_over": ("boven het maximum", "above the quota"),
    "weights": (
        "Bij ‘% van maximum’ telt elke dienst mee naar zijn dienstwaarde.",
        "For ‘% of quota’ each shift counts as its service's dienstwaarde says.",
    ),
    "fairness_key": (
        "Eerst is wat er al stond, totaal wat er nu staat. Het streepje in de balk is het gemiddelde. "
        "Een nacht is een avond- en nachtdienst met bereikbaarheid. Een weekend telt voor één, of je nu zaterdag, "
        "zondag of beide werkt; een feestdag op een andere dag telt ook als één. Feestdagen staan daarnaast nog apart. "
        "Het kleine getal erachter (+3) is wat iemand in de roosters hiervoor al had: wie veel had, krijgt nu minder.",
        "Before is what was there before this run, total what is there now. The tick in the bar is the mean. "
        "A night is an evening and night on call. A weekend is one, whether you work on Saturday, on Sunday or both; "
        "a public holiday on another day is one too. Holidays are shown by themselves besides. The small number after "
        "it (+3) is what somebody had in the rosters before: who had much gets less now.",
    ),
    # What the run added
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
    # Notes
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
    "note_data": (
        (
            "In {place} is ‘{field}’ 1 keer niet goed ingevuld. Zet het recht in de roosterapplicatie.",
            "In {place} is ‘{field}’ {n} keer niet goed ingevuld. Zet het recht in de roosterapplicatie.",
        ),
        (
            "In {place} ‘{field}’ is wrong 1 time. Put it right in the roster application.",
            "In {place} ‘{field}’ is wrong {n} times. Put it right in the roster application.",
        ),
    ),
    "note_no_service": (
        "{day} {dagdeel}: {name} werkt, maar er staat geen dienst bij. Vul de dienst in in de roosterapplicatie.",
        "{day} {dagdeel}: {name} works, but no service is entered. Enter the service in the roster application.",
    ),
    "data_item": ("{who}: bij ‘{field}’ staat {value}", "{who}: ‘{field}’ holds {value}"),
    "data_row": ("Regel {id}", "Row {id}"),
    "data_empty": ("leeg", "empty"),
    "place_roosters": ("de gegevens van het rooster", "the data of the roster"),
    "place_employees": ("de gegevens van medewerkers", "the data of people"),
    "place_service_types": ("de gegevens van diensten", "the data of services"),
    "place_roster_period_staffing_dagdelen": ("de gevraagde bezetting", "the staffing that is asked for"),
    "place_roster_employee_services": ("wie welke dienst hoe vaak doet", "who does which service how often"),
    "place_roster_assignments": ("de ingeplande diensten", "the shifts that are planned"),
    "place_other": ("de database", "the database"),
    "field_actief": ("actief", "active"),
    "field_aantal": ("aantal", "number"),
    "field_team": ("team", "team"),
    "field_status": ("status", "status"),
    "field_date": ("datum", "date"),
    "field_dagdeel": ("dagdeel", "part of day"),
    "field_service_id": ("dienst", "service"),
    "field_employee_id": ("medewerker", "person"),
    "field_code": ("code", "code"),
    "field_start_date": ("begindatum", "first day"),
    "field_end_date": ("einddatum", "last day"),
    "field_is_system": ("wachtdienst of niet", "on-call or not"),
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
    "more_people": (("nog 1", "nog {n}"), ("1 more", "{n} more")),
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
    # The run
    "fact_run": ("Planning", "Run"),
    "fact_roster": ("Rooster", "Roster"),
    "fact_made": ("Gemaakt", "Made"),
    "fact_duration": ("Duur", "Duration"),
    "fact_version": ("GREEDY", "GREEDY"),
    "seconds": ("{seconds} s", "{seconds} s"),
    "made": ("Gemaakt op {moment}", "Made on {moment}"),
}
