"""The table of fairness, and how its figures are counted."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
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
}
