"""Rows of the database that are wrong: which field of which table, in words that planners know."""

from __future__ import annotations

from greedy.page.texts.form import Text

TEXTS: dict[str, Text] = {
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
}
