"""One roster, one set of figures: what page, PDF, sheet, CSV, calendar and result say of it is the same.

Each file is read back by what reads it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pypdf
import pytest
from hypothesis import Phase, given, settings
from icalendar import Calendar

from demo.roster import PRACTICE, make_roster
from greedy.domain.language import Language
from greedy.domain.models import Slot, Status, Workspace
from greedy.domain.period import Scope
from greedy.exports.events import person_mark
from greedy.exports.formats import Format
from greedy.exports.make import Maker
from greedy.outcome.result import RunResult, as_json
from tests.support import pages
from tests.support.dom import Dom
from tests.support.factories import Raw
from tests.support.strategies import rosters, thorough

WEEK = Scope(first_day=pages.WEEK.first_day, last_day=pages.WEEK.last_day)
KINDS: dict[str, dict[str, Any]] = {
    "of all days": {},
    "a replan": {"scope": Scope(replan=True)},
    "a trial": {"dry_run": True},
    "a week": {"scope": WEEK},
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(5))
def test_of_a_practice(kind: str, seed: int) -> None:
    chance = Random(f"{kind} {seed}")
    spec = replace(
        PRACTICE,
        people=chance.randint(8, 18),
        shifts=chance.randint(190, 260),
        quota_slack=chance.uniform(-0.2, 0.1),
        hand_planned=chance.randint(0, 60),
    )

    _agree(*pages.solve(make_roster(spec, seed=seed), **KINDS[kind]))


@given(rosters())
@settings(thorough, max_examples=20, phases=[Phase.generate])  # making files takes too long to look for the smallest
def test_of_any_roster(tables: dict[str, list[Raw]]) -> None:
    _agree(*pages.solve(tables))


def _agree(result: RunResult, workspace: Workspace) -> None:
    maker = Maker(result, workspace, pages.MADE_AT, Language.NL, ZoneInfo("Europe/Amsterdam"))
    told: dict[str, Any] = json.loads(json.dumps(as_json(result)))["coverage"]
    work = Counter(maker.book.names[slot.employee_id] for slot in _worked(workspace))
    _sheet(maker, told, work)
    _csv(maker, told, work)
    _calendar(maker, work)
    _page(maker, told, work)
    _pdf(maker, told, work)


def _worked(workspace: Workspace) -> list[Slot]:
    stored = [row.slot for row in workspace.stored if row.status is Status.ACTIVE]
    return stored + [record.slot for record in workspace.assignments if record.status is Status.ACTIVE]


def _sheet(maker: Maker, told: dict[str, Any], work: Counter[str]) -> None:
    file = openpyxl.load_workbook(io.BytesIO(maker.make(Format.XLSX)))
    tables: dict[str, list[dict[str, Any]]] = {}
    for sheet in file.worksheets[1:]:
        head, *rows = sheet.iter_rows(values_only=True)
        tables[sheet.title] = [dict(zip(map(str, head), row, strict=True)) for row in rows]
    *services, total = tables["Bezetting"]
    for column, name in (("Nodig", "needed"), ("Al gevuld", "filled_before"), ("Nieuw", "assigned"), ("Open", "open")):
        assert total[column] == told[name] == sum(row[column] for row in services), name
    assert total["Gevuld"] is None or round(100 * total["Gevuld"], 1) == told["percent"]
    assert sum(row["Open"] for row in tables["Open diensten"]) == told["open"]
    assert Counter(row["Medewerker"] for row in tables["Diensten"] if row["Soort"] == "Werk") == work
    assert +Counter({row["Medewerker"]: row["Ingepland"] for row in tables["Verdeling"]}) == work
    changed = Counter(row["Wat"] for row in tables["Wijzigingen"])
    changes = maker.result.changes
    assert changes is not None
    assert changed == +Counter(
        {"nieuw": len(changes.added), "naar iemand anders": len(changes.moved), "vervallen": len(changes.taken_back)}
    )
    codes = {service.code for service in maker.workspace.services}
    cells = [
        str(cell).rstrip("!")
        for row in file["Rooster"].iter_rows(min_row=3, min_col=3, values_only=True)
        for cell in row
    ]
    assert sum(cell in codes | {"?"} for cell in cells) == work.total()


def _csv(maker: Maker, told: dict[str, Any], work: Counter[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(maker.make(Format.CSV).decode("utf-8-sig")), delimiter=";"))
    assert Counter(row["Medewerker"] for row in rows if row["Soort"] == "Werk") == work
    new = sum(row["Ingepland door"] in ("GREEDY, nu", "GREEDY, voorstel") for row in rows)
    assert new == told["assigned"]


def _calendar(maker: Maker, work: Counter[str]) -> None:
    names = {person_mark(id_): name for id_, name in maker.book.names.items()}
    found: Counter[str] = Counter()
    for event in Calendar.from_ical(maker.make(Format.ICS)).events:
        halves = 2 if "24-uursdienst" in str(event["SUMMARY"]) else 1
        found[names[str(event["UID"]).split("@")[0].split("-")[2]]] += halves
    assert found == work


def _page(maker: Maker, told: dict[str, Any], work: Counter[str]) -> None:
    dom = Dom(maker.make(Format.HTML).decode())
    numbers = {term: text.replace(".", "").replace(",", ".").rstrip("%") for term, text in dom.terms.items()}
    new = numbers.get("nieuw ingepland", numbers.get("voorgesteld"))
    assert [float(numbers[term]) for term in ("gevuld", "nog open", "stonden er al")] == [
        told["percent"],
        told["open"],
        told["filled_before"],
    ]
    assert new is not None
    assert int(new) == told["assigned"]
    if told["open"]:
        figures = [int(number) for number in re.findall(r"\d+", dom.headline)]
        assert figures == [told["needed"] - told["open"], told["needed"], told["open"]]
    if told["needed"]:
        (services,) = dom.tables["Per dienst en team"]
        assert services[-1][3].replace(".", "") == f"{told['needed'] - told['open']}/{told['needed']}"
    people: Counter[str] = Counter()
    for table in dom.tables.get("Ingepland en maximum per persoon", []):
        for row in table:
            name = row[0].removesuffix(" (niet actief)")
            if name in work:
                people[name] += int(row[3].split("/")[0])
    assert people == work
    for name, count in work.items():
        (own,) = dom.tables[name]
        assert len(own) - 1 == count


def _pdf(maker: Maker, told: dict[str, Any], work: Counter[str]) -> None:
    sheets = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(maker.make(Format.PDF))).pages]
    fairness = "\n".join(sheets).split("Verdeling\n")[-1]
    shown = {name: re.search(rf"^{re.escape(name)} (\d+) ", fairness, re.MULTILINE) for name in work}
    assert {name: int(found[1]) for name, found in shown.items() if found} == work
    if told["open"]:
        listed = "\n".join(sheets).split("Open diensten\n")[-1].split("Verdeling\n")[0]
        places = re.findall(r" (\d+) (?:wachtdienst|moet|mag)\b", listed)
        assert sum(map(int, places)) == told["open"]
