"""What several parts of the page say: days, dagdelen, teams, how firm demand is, and how to join what is listed."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
    "period": ("{first} t/m {last}", "{first} – {last}"),
    "more_days": (("nog 1 dag", "nog {n} dagen"), ("1 more day", "{n} more days")),
    "more_people": (("nog 1", "nog {n}"), ("1 more", "{n} more")),
    "both": ("{names} en {last}", "{names} and {last}"),
    "either": ("{names} of {last}", "{names} or {last}"),
    "percent": ("{n}%", "{n}%"),
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
    "demand_TOT": ("Praktijk", "Practice"),
    "demand_GRO": ("Groen", "Groen"),
    "demand_ORA": ("Oranje", "Oranje"),
    "inactive": ("niet actief", "inactive"),
    "filter_found": ("{found} van {all}", "{found} of {all}"),
    "holiday": ("feestdag", "holiday"),
    "moet": ("moet", "must"),
    "mag": ("mag", "may"),
    "unknown_work": ("werk", "work"),
    "column_service": ("Dienst", "Service"),
    "total": ("Totaal", "Total"),
}
