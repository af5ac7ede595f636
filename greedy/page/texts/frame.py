"""The page's title, the names of its parts, and the facts of the run at its end."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
    "title": ("Rooster {period}", "Roster {period}"),
    "title_unknown": ("Rooster", "Roster"),
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
    "fact_run": ("Planning", "Run"),
    "fact_roster": ("Rooster", "Roster"),
    "fact_made": ("Gemaakt", "Made"),
    "fact_duration": ("Duur", "Duration"),
    "fact_version": ("GREEDY", "GREEDY"),
    "seconds": ("{seconds} s", "{seconds} s"),
}
