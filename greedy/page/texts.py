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
    "section_open": ("Open diensten", "Open shifts"),
    "section_coverage": ("Bezetting", "Coverage"),
    "section_fairness": ("Verdeling", "Fairness"),
    "section_changes": ("Nieuw ingepland", "Newly planned"),
    "section_changes_unsaved": ("Voorstel", "Proposal"),
    "section_notes": ("Meldingen", "Notes"),
    "section_run": ("Over deze run", "About this run"),
    # The verdict
    "badge_good": ("In orde", "All well"),
    "badge_heed": ("Kijk even mee", "Needs a look"),
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
    "confined": ("Alleen {period} is ingepland.", "Only {period} was planned."),
    "confined_day": ("Alleen {day} is ingepland.", "Only {day} was planned."),
    "confined_open": (
        ("Op de andere dagen staat nog 1 plek open.", "Op de andere dagen staan nog {n} plekken open."),
        ("On the other days 1 place is still open.", "On the other days {n} places are still open."),
    ),
    "headline_unknown": (
        "GREEDY is gestopt voordat er iets was ingepland.",
        "The run stopped before anything was planned.",
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
            "Er is 1 dienst teruggenomen en niets nieuws ingepland; dat is opgeslagen.",
            "Er zijn {n} diensten teruggenomen en niets nieuws ingepland; dat is opgeslagen.",
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
        (
            "De rust na de ene wachtdienst staat vast, nagekeken in de database.",
            "De rust na alle {n} wachtdiensten staat vast, nagekeken in de database.",
        ),
        (
            "The rest after the one on-call duty is in place, checked in the database.",
            "The rest after all {n} on-call duties is in place, checked in the database.",
        ),
    ),
    "rest_proven_trial": (
        (
            "De rust na de ene wachtdienst die er al stond, is nagekeken.",
            "De rust na de {n} wachtdiensten die er al stonden, is nagekeken.",
        ),
        (
            "The rest after the one on-call duty that was there already is checked.",
            "The rest after the {n} on-call duties that were there already is checked.",
        ),
    ),
    "rest_unproven": (
        "De rust klopt niet overal: bij {good} van de {all} wachtdiensten staat hij vast. Zie de meldingen.",
        "Rest is not right everywhere: it is in place after {good} of {all} on-call duties. See the notes.",
    ),
    "rest_unread": (
        "De rust na wachtdiensten kon niet worden nagekeken. Zie de meldingen.",
        "The rest after on-call duties could not be checked. See the notes.",
    ),
    "error": ("Wat er misging (technisch)", "What went wrong (technical)"),
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
        "Laat oplossen wat er misging (zie de technische tekst), en start GREEDY opnieuw.",
        "Have put right what went wrong (see the technical text), and run GREEDY again.",
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
    "cell_away": ("afw", "off"),
    "aside_hand": ("met de hand ingepland", "planned by hand"),
    "aside_earlier": ("eerder ingepland door GREEDY", "planned by GREEDY earlier"),
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
    "legend_away": ("afwezig: verlof, ziek of vaste vrije dag", "away: leave, illness or fixed day off"),
    "legend_clash": ("werkt, maar zou rust moeten hebben", "works, but should be resting"),
    "legend_open": ("dienst die nog open is", "shift that is still open"),
    "legend_duties": ("Wachtdiensten", "On-call duties"),
    "legend_services": ("Andere diensten", "Other services"),
    "legend_marks": ("Tekens", "Marks"),
    # Open shifts
    "open_none": ("Er staat geen dienst meer open.", "No shift is open any more."),
    "open_unknown": (
        "Dat is niet bekend: GREEDY is gestopt voordat het aan inplannen toekwam.",
        "That is not known: the run stopped before it came to planning.",
    ),
    "open_intro": (
        "Gegroepeerd naar de belangrijkste oorzaak, de grootste eerst. Elke aanpassing hieronder vult op zichzelf één "
        "plek; start daarna GREEDY opnieuw. Het maximum is hoe vaak iemand die dienst deze periode hoogstens doet.",
        "Grouped by main cause, the largest first. Each change below fills one place by itself; run the job again "
        "afterwards. A quota is how often somebody does that service at most in this period.",
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
    "tips": ("Dit helpt het meest", "What helps most"),
    "tip_quota": (
        "Zet het maximum {code} van {name} op {more} (nu {quota}): vult 1 van de {n} open {code}.",
        "Raise the {code} quota of {name} to {more} (now {quota}): fills 1 of the {n} open {code}.",
    ),
    "tip_quota_day": (
        "Zet het maximum {code} van {name} op {more} (nu {quota}), voor {day}.",
        "Raise the {code} quota of {name} to {more} (now {quota}), for {day}.",
    ),
    "tip_qualification": (
        "Laat {name} ook {code} doen: vult 1 van de {n} open {code}.",
        "Let {name} do {code} too: fills 1 of the {n} open {code}.",
    ),
    "tip_qualification_day": ("Laat {name} ook {code} doen, voor {day}.", "Let {name} do {code} too, for {day}."),
    "reason": (
        ("1 persoon mag {code} doen. Daarvan {told}.", "{n} mensen mogen {code} doen. Daarvan {told}."),
        ("1 person can do {code}: {told}.", "{n} people can do {code}: {told}."),
    ),
    "reason_nobody": (
        "Niemand uit een team dat hier mag werken, kan {code}.",
        "Nobody of a team that may work here can do {code}.",
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
    "obstacle_blocked": (("is er 1 geblokkeerd", "zijn er {n} geblokkeerd"), ("1 is blocked", "{n} are blocked")),
    "obstacle_would_lose_rest": (
        ("zou er 1 te weinig rust krijgen", "zouden er {n} te weinig rust krijgen"),
        ("1 would lose rest", "{n} would lose rest"),
    ),
    "obstacle_inactive": (("is er 1 niet actief", "zijn er {n} niet actief"), ("1 is inactive", "{n} are inactive")),
    "obstacle_service_inactive": (
        (
            "kan er 1 het niet doen omdat de dienst niet actief is",
            "kunnen er {n} het niet doen omdat de dienst niet actief is",
        ),
        ("1 is kept from an inactive service", "{n} are kept from an inactive service"),
    ),
    "because_quota_used": ("Maximum bereikt", "Quota used up"),
    "because_unavailable": ("Afwezig", "Away"),
    "because_works": ("Werkt al", "Works already"),
    "because_rests": ("Rust na een wachtdienst", "Rests after a duty"),
    "because_blocked": ("Geblokkeerd", "Blocked"),
    "because_would_lose_rest": ("Zou te weinig rust krijgen", "Would lose rest"),
    "because_inactive": ("Niet actief", "Inactive"),
    "because_service_inactive": ("Dienst niet actief", "Service inactive"),
    "of": ("{part} van {whole}", "{part} of {whole}"),
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
    "demand_TOT": ("iedereen", "anyone"),
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
        "Gewerkte diensten naast het maximum van deze periode, met de hand ingeplande diensten meegeteld. Gemiddeld "
        "per persoon is {mean}% van het maximum gevuld; de laagste zit op {least}%, de hoogste op {most}%.",
        "Shifts worked beside the quota of this period, those planned by hand included. The mean per person is "
        "{mean}% of the quota; the lowest is at {least}%, the highest at {most}%.",
    ),
    "fairness_none": ("Er is niets te verdelen.", "There is nothing to share out."),
    "fairness_caption": ("Ingepland en maximum per persoon", "Planned and quota per person"),
    "column_total": ("Totaal", "Total"),
    "column_new": ("Nieuw", "New"),
    "column_nights": ("Avond/nacht", "Evenings/nights"),
    "column_weekends": ("Weekend", "Weekend"),
    "column_used": ("Deel van maximum", "Share of quota"),
    "mean": ("Gemiddeld", "Mean"),
    "share_over": ("boven het maximum", "above the quota"),
    "fairness_key": (
        "Het streepje in de balk is het gemiddelde. Avond/nacht telt dagdelen op A, weekend die op zaterdag en zondag.",
        "The tick in the bar is the mean. Evenings/nights and weekend count shifts on A, and on Saturdays and Sundays.",
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
            "Daarvan had eerst iemand anders er 1; wie dat was, staat erbij.",
            "Daarvan had eerst iemand anders er {n}; wie dat was, staat erbij.",
        ),
        (
            "1 of them was somebody else's before, as told beside it.",
            "{n} of them were somebody else's before, as told.",
        ),
    ),
    "changes_taken_back": (
        (
            "1 dienst die GREEDY eerder had ingepland, is teruggenomen.",
            "{n} diensten die GREEDY eerder had ingepland, zijn teruggenomen.",
        ),
        ("1 shift that an earlier run planned is taken back.", "{n} shifts that earlier runs planned are taken back."),
    ),
    "changes_taken_back_unsaved": (
        (
            "1 dienst die GREEDY eerder had ingepland, zou worden teruggenomen.",
            "{n} diensten die GREEDY eerder had ingepland, zouden worden teruggenomen.",
        ),
        (
            "1 shift that an earlier run planned would be taken back.",
            "{n} shifts that earlier runs planned would be taken back.",
        ),
    ),
    "change_gone": ("teruggenomen", "taken back"),
    "change_gone_unsaved": ("zou worden teruggenomen", "would be taken back"),
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
    "changes_caption": ("Wat er is veranderd, per dag", "What has changed, per day"),
    # Notes
    "notes_none": ("Geen meldingen.", "No notes."),
    "note_detail": ("Technische tekst", "Technical text"),
    "note_schema": (
        "De database mist een onderdeel van GREEDY. Vraag de beheerder om dit in orde te maken.",
        "The database lacks a part of GREEDY. Ask whoever looks after it to put that right.",
    ),
    "note_write": (
        "Een eerste poging van deze run had al diensten opgeslagen, toen iemand iets wijzigde; die tellen als nieuw.",
        "A first attempt of this run had saved shifts, when somebody changed something; they count as new.",
    ),
    "note_history": (
        "Deze run staat misschien niet in de lijst van runs. Aan het rooster verandert dat niets.",
        "This run may be missing from the history of the runs. That changes nothing about the roster.",
    ),
    "note_data": (
        "Er klopt iets niet in tabel {table}, rij {id}: bij {field} staat {value}.",
        "Something is wrong in table {table}, row {id}: {field} holds {value}.",
    ),
    "note_left": (
        (
            "{name} is niet meer actief, maar heeft nog 1 keer {code}. Dat is zo gelaten.",
            "{name} is niet meer actief, maar heeft nog {n} keer {code}. Dat is zo gelaten.",
        ),
        (
            "{name} is not active any more, but still holds 1 shift of {code}. It was left alone.",
            "{name} is not active any more, but still holds {n} shifts of {code}. They were left alone.",
        ),
    ),
    "note_unqualified": (
        (
            "{name} mag {code} niet doen, maar heeft die dienst 1 keer. Dat is zo gelaten.",
            "{name} mag {code} niet doen, maar heeft die dienst {n} keer. Dat is zo gelaten.",
        ),
        (
            "{name} is not qualified for {code}, but holds 1 shift of it. It was left alone.",
            "{name} is not qualified for {code}, but holds {n} shifts of it. They were left alone.",
        ),
    ),
    "note_beyond_quota": (
        "{name} heeft {n} keer {code}, meer dan het maximum van {quota}. Dat is zo gelaten.",
        "{name} holds {n} shifts of {code}, more than the quota of {quota}. They were left alone.",
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
        (
            "1 keer doet iemand een halve 24-uursdienst. Dat mag.",
            "{n} keer doet iemand een halve 24-uursdienst. Dat mag.",
        ),
        (
            "1 time somebody works half a 24-hour duty. That is allowed.",
            "{n} times somebody works half a 24-hour duty. That is allowed.",
        ),
    ),
    "note_list": ("Welke?", "Which ones?"),
    "note_unpaired": (
        "{day} {dagdeel}: {name} doet {code} zonder de andere helft van de 24-uursdienst.",
        "{day} {dagdeel}: {name} works {code} without the other half of the 24-hour duty.",
    ),
    "note_rest_conflict": (
        "{day} {dagdeel}: {name} werkt, maar zou dan rust moeten hebben na een wachtdienst. Haal een van de twee weg.",
        "{day} {dagdeel}: {name} works, but should be resting after an on-call duty. Take one of the two away.",
    ),
    "note_orphaned": (
        "{day} {dagdeel}: {name} is geblokkeerd zonder wachtdienst ervoor. Zet het dagdeel open als dat niet klopt.",
        "{day} {dagdeel}: {name} is blocked without a duty before it. Open the slot if that is not right.",
    ),
    "note_check_error": (
        "De rust na wachtdiensten kon niet worden nagekeken.",
        "The rest after on-call duties could not be checked.",
    ),
    "note_check": ("Controle niet gehaald: {name}.", "Check failed: {name}."),
    "check_blocking_records": ("staat er rust in de database", "is there rest in the database"),
    "check_dio_ddo_blocking": ("heeft elke wachtdienst zijn rust", "has every on-call duty its rest"),
    "check_trigger_consistency": ("horen wachtdiensten en rust bij elkaar", "do duties and rest belong together"),
    "check_edge_cases": ("zijn er geen dubbele dagdelen", "are there no double slots"),
    "alert_write_duration_ms": (
        "Opslaan duurde {value} ms, meer dan {limit} ms.",
        "Saving took {value} ms, more than {limit} ms.",
    ),
    "alert_blocking_duration_ms": (
        "De rust opslaan duurde {value} ms, meer dan {limit} ms.",
        "Saving the rest took {value} ms, more than {limit} ms.",
    ),
    "alert_verification_duration_ms": (
        "Nakijken duurde {value} ms, meer dan {limit} ms.",
        "Checking took {value} ms, more than {limit} ms.",
    ),
    "alert_assignments_written": (
        "Er zijn {value} diensten opgeslagen in plaats van {limit}.",
        "{value} shifts were saved instead of {limit}.",
    ),
    "alert_blocking_written": (
        "Er zijn {value} dagdelen rust opgeslagen in plaats van {limit}.",
        "{value} parts of days of rest were saved instead of {limit}.",
    ),
    "alert_trigger_success_rate": (
        "De database maakte {value}% van de rust vanzelf, minder dan {limit}%.",
        "The database made {value}% of the rest by itself, less than {limit}%.",
    ),
    # The run
    "fact_run": ("Run", "Run"),
    "fact_roster": ("Rooster", "Roster"),
    "fact_made": ("Gemaakt", "Made"),
    "fact_duration": ("Duur", "Duration"),
    "fact_version": ("GREEDY", "GREEDY"),
    "seconds": ("{seconds} s", "{seconds} s"),
    "made": ("Gemaakt op {moment}", "Made on {moment}"),
}
