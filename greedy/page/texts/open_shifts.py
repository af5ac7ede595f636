"""The shifts that stay open, in groups, and what would fill each."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
    "open_none": ("Er staat geen dienst meer open.", "No shift is open any more."),
    "open_unknown": (
        "Dat is niet bekend: GREEDY is gestopt voordat het aan inplannen toekwam.",
        "That is not known: the run stopped before it came to planning.",
    ),
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
    "column_dagdeel": ("Dagdeel", "Part of day"),
    "column_team": ("Team", "Team"),
    "column_missing": ("Open", "Open"),
    "column_reason": ("Waarom", "Why"),
    "column_remedy": ("Wat helpt", "What would fill it"),
}
