"""The practice that asked for the job: its people, its services with their weekly rules, and the country's holidays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from demo.needs import MORNING_OF

WEEKDAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
WORKDAYS = "ma di wo do vr"
WEEKEND = "za zo"
SUNDAY = 6


class Person(NamedTuple):
    """Somebody of the practice.

    Attributes:
        id: Employee id, as the application makes them.
        team: Groen, Oranje or Overig.
        contract: `dienstverband`.
        workdays: `aantalwerkdagen`: how much to work per roster, weighed by `dienstwaarde`.
        never: `structureel_nbh`: weekday -> dagdelen on which this person is never there.
    """

    id: str
    team: str
    contract: str
    workdays: int
    never: Mapping[str, Sequence[str]] = {}


PEOPLE = (
    Person("emp1", "Groen", "Maat", 22),
    Person("emp2", "Groen", "Maat", 22, {"wo": ["O", "M", "A"]}),
    Person("emp3", "Groen", "Maat", 20, {"vr": ["A"]}),
    Person("emp4", "Groen", "Maat", 18),
    Person("emp5", "Groen", "Loondienst", 18, {"ma": ["O", "M"], "wo": ["A"]}),
    Person("emp6", "Groen", "Loondienst", 16, {"di": ["O", "M", "A"], "vr": ["O", "M", "A"]}),
    Person("emp7", "Oranje", "Maat", 22),
    Person("emp8", "Oranje", "Maat", 22),
    Person("emp9", "Oranje", "Maat", 20, {"do": ["O", "M", "A"]}),
    Person("emp10", "Oranje", "Maat", 18, {"ma": ["A"]}),
    Person("emp11", "Oranje", "Loondienst", 18, {"wo": ["O", "M", "A"]}),
    Person("emp12", "Oranje", "Loondienst", 16, {"do": ["M"], "vr": ["O", "M"]}),
    Person("emp13", "Overig", "ZZP", 12),
    Person("emp1764494495618", "Overig", "ZZP", 10, {"za": ["O", "M", "A"], "zo": ["O", "M", "A"]}),
)


class Rule(NamedTuple):
    """What the practice asks for in every week: one person on each of some weekdays."""

    team: str
    dagdeel: str
    weekdays: str
    status: str = "MOET"


class Work(NamedTuple):
    """A service of the practice, with its weekly rules.

    Attributes:
        code: Short name.
        naam: Dutch name.
        hours: `begintijd` and `eindtijd`.
        colour: `kleur`.
        worth: `dienstwaarde`: how much a shift counts of somebody's workdays.
        qualified: How many of the people may do it, at most.
        rules: What is asked for each week.
    """

    code: str
    naam: str
    hours: tuple[str, str]
    colour: str
    worth: float
    qualified: int
    rules: tuple[Rule, ...]

    @property
    def is_system(self) -> bool:
        """Whether it is an on-call duty."""
        return self.code in DUTY_CODES


DUTY_CODES = (*MORNING_OF.values(), *MORNING_OF)
SERVICES = (
    Work("DIO", "Dienst ochtend", ("09:00", "18:00"), "#2563eb", 1, 12,
         (Rule("GRO", "O", WORKDAYS), Rule("ORA", "O", WORKDAYS))),
    Work("DIA", "Dienst avond en nacht", ("18:00", "09:00"), "#1e3a8a", 1.5, 12,
         (Rule("GRO", "A", WORKDAYS), Rule("ORA", "A", WORKDAYS))),
    Work("DDO", "Dubbeldienst ochtend", ("09:00", "18:00"), "#dc2626", 2, 12, (Rule("TOT", "O", WEEKEND),)),
    Work("DDA", "Dubbeldienst avond en nacht", ("18:00", "09:00"), "#7f1d1d", 1, 12, (Rule("TOT", "A", WEEKEND),)),
    Work("ECH", "Echospreekuur", ("09:00", "13:00"), "#0d9488", 1, 9,
         (Rule("TOT", "O", "ma di wo"), Rule("TOT", "M", "do", "MAG"))),
    Work("OSP", "Ochtendspreekuur", ("09:00", "13:00"), "#65a30d", 1, 13,
         (Rule("GRO", "O", "ma wo vr"), Rule("ORA", "O", "ma di do"), Rule("TOT", "O", "di", "MAG"))),
    Work("MSP", "Middagspreekuur", ("13:00", "18:00"), "#ca8a04", 1, 13,
         (Rule("GRO", "M", "di wo do"), Rule("ORA", "M", "ma wo vr"), Rule("TOT", "M", "vr", "MAG"))),
    Work("GRB", "Groepsbijeenkomst", ("13:00", "18:00"), "#9333ea", 1, 12,
         (Rule("GRO", "M", "di", "MAG"), Rule("ORA", "M", "do", "MAG"), Rule("TOT", "M", "ma"))),
    Work("SWZ", "Samenwerking ziekenhuis", ("09:00", "18:00"), "#475569", 1, 11,
         (Rule("TOT", "O", "wo vr", "MAG"), Rule("TOT", "M", "wo"))),
)  # fmt: skip


def dutch_holidays(year: int) -> set[date]:
    """The public holidays of a year in the Netherlands; Liberation Day is a day off once in five years."""
    easter = _easter_sunday(year)
    kings_day = date(year, 4, 27)
    return {
        date(year, 1, 1),
        kings_day - timedelta(days=kings_day.weekday() == SUNDAY),
        *(easter + timedelta(days=days) for days in (0, 1, 39, 49, 50)),  # Easter, Ascension Day, Whitsun
        *([date(year, 5, 5)] if year % 5 == 0 else []),
        date(year, 12, 25),
        date(year, 12, 26),
    }


def _easter_sunday(year: int) -> date:
    """Easter by the anonymous Gregorian algorithm (Nature, 20 April 1876)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    month, day = divmod(epact + weekday - 7 * ((golden + 11 * epact + 22 * weekday) // 451) + 114, 31)
    return date(year, month, day + 1)
