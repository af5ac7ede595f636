"""The records of a roster, named in English and mapped to the database's own Dutch names at this edge.

Rows from the database become frozen pydantic models; what the job adds is an `Assignment`. A `Workspace` holds one
roster's rows, consistent with each other (`greedy.loader.build_workspace` sees to that), and what the pass adds to
them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from greedy.domain.dagdeel import Dagdeel as Dagdeel
from greedy.domain.duties import BUILT_IN, DutyRules
from greedy.domain.fields import Border, Colour, Count, Day, Hint, Identifier, Moment, Name, Time, Worth
from greedy.domain.source import OWN_WORDS, SourceWords
from greedy.errors import Problem


class Team(StrEnum):
    """Team of an employee."""

    GROEN = "Groen"
    ORANJE = "Oranje"
    OVERIG = "Overig"


class TeamDemand(StrEnum):
    """Team that a requirement asks for, in the order of work: TOT anyone, GRO Groen, ORA Oranje."""

    TOT = "TOT"
    GRO = "GRO"
    ORA = "ORA"

    @cached_property
    def order(self) -> int:
        """Place in the order of work, 0 to 2."""
        return list(TeamDemand).index(self)


class RequirementStatus(StrEnum):
    """How firm a requirement is. All but MAG_NIET are demand; where staff is short, MAG comes last."""

    MOET = "MOET"
    MAG = "MAG"
    MAG_NIET = "MAG_NIET"
    AANGEPAST = "AANGEPAST"


class Status(IntEnum):
    """Status of a slot. A slot without a row is OPEN."""

    OPEN = 0
    ACTIVE = 1
    BLOCKED = 2
    UNAVAILABLE = 3


class Slot(NamedTuple):
    """One employee's dagdeel: the natural key of `roster_assignments` within a roster."""

    employee_id: str
    date: dt.date
    dagdeel: Dagdeel


REQUIREMENT_COLUMN = "roster_period_staffing_dagdelen_id"
"""Column of `roster_assignments`, where it has one, for the requirement whose place a row fills."""


class Row(BaseModel):
    """A row as the database's API returns it; further columns are ignored."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")


CLOSED = frozenset({"final", "completed", "archived"})
"""`roosters.status` of a roster that is not planned any more."""


class Roster(Row):
    """The roster to fill: `start_date` to `end_date`, both inclusive; `status` is None where the table has none."""

    id: Identifier
    start_date: Border
    end_date: Border
    status: str | None = None

    @property
    def is_closed(self) -> bool:
        """Whether its planners have closed it: the job plans it only when forced."""
        return self.status in CLOSED

    @property
    def days(self) -> int:
        """Length of the period in days."""
        return (self.end_date - self.start_date).days + 1

    def covers(self, date: dt.date) -> bool:
        """Whether the date lies inside the period."""
        return self.start_date <= date <= self.end_date


class Employee(Row):
    """A person of the practice. Names are for the report, never for the logs."""

    id: Identifier
    first_name: Name = Field(default="", alias="voornaam")
    last_name: Name = Field(default="", alias="achternaam")
    team: Team
    active: bool = Field(alias="actief")


class Service(Row):
    """A kind of shift. `is_system` marks the on-call services, which are filled first.

    `worth` is what a shift counts when all work is added up, 1 where the table has no `dienstwaarde`. `colour`, and
    from when to when it lasts, are for people to read only: None where the table has no such column, or holds nothing
    that can be read.
    """

    id: Identifier
    code: Identifier
    name: Name = Field(default="", alias="naam")
    is_system: bool
    active: bool = Field(alias="actief")
    worth: Worth = Field(default=1.0, alias="dienstwaarde")
    colour: Hint[Colour] = Field(default=None, alias="kleur")
    begins: Hint[Time] = Field(default=None, alias="begintijd")
    ends: Hint[Time] = Field(default=None, alias="eindtijd")


class Requirement(Row):
    """Demand: how many people a service needs on a date and dagdeel, from a team."""

    id: Identifier
    date: Day
    dagdeel: Dagdeel
    team: TeamDemand
    service_id: Identifier
    status: RequirementStatus
    needed: Count = Field(alias="aantal")

    @property
    def firm(self) -> bool:
        """Whether it is filled before those of MAG where not all can be."""
        return self.status in (RequirementStatus.MOET, RequirementStatus.AANGEPAST)


class Qualification(Row):
    """An employee may do a service, at most `quota` times in the roster's period."""

    id: Identifier
    employee_id: Identifier
    service_id: Identifier
    quota: Count = Field(alias="aantal")
    active: bool = Field(alias="actief")


class StoredAssignment(Row):
    """A row of `roster_assignments` as it is in the database. `service_id` is None where no service is worked.

    The job writes `created_at`: rows of one writing have the same. `requirement_id` is the requirement whose place the
    row says that it fills, `blocked_by_*` the duty after which it is rest; None where it says none, or the table has no
    such column.
    """

    id: Identifier
    roster_id: Identifier
    employee_id: Identifier
    date: Day
    dagdeel: Dagdeel
    service_id: Identifier | None
    status: Status
    source: str | None = None
    created_at: Moment = None
    notes: str | None = None
    requirement_id: str | None = Field(default=None, alias=REQUIREMENT_COLUMN)
    blocked_by_date: Hint[dt.date] = None
    blocked_by_dagdeel: Hint[Dagdeel] = None
    blocked_by_service_id: str | None = None

    @property
    def slot(self) -> Slot:
        """The slot that the row holds."""
        return Slot(self.employee_id, self.date, self.dagdeel)


class BlockedBy(NamedTuple):
    """The duty after which a slot is rest."""

    date: dt.date
    dagdeel: Dagdeel
    service_id: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """A row that the job adds to `roster_assignments`.

    Attributes:
        service_id: The service worked; None for a BLOCKED slot.
        status: ACTIVE or BLOCKED, nothing else.
        source: One of the job's words (`SourceWords`).
        notes: For a BLOCKED slot the duty that blocks it, else None.
        blocking_future: For a duty that needs rest the slots that it blocks inside the roster, as (date, dagdeel,
            employee id); else empty.
        team: Team of the employee, in the database's words.
        requirement_id: The requirement whose place the row fills; None for rest.
        blocked_by: The duty after which a BLOCKED slot is rest, else None.
    """

    roster_id: str
    employee_id: str
    date: dt.date
    dagdeel: Dagdeel
    service_id: str | None
    status: Status
    source: str
    notes: str | None = None
    blocking_future: tuple[tuple[dt.date, Dagdeel, str], ...] = ()
    team: str | None = None
    requirement_id: str | None = None
    blocked_by: BlockedBy | None = None

    @property
    def slot(self) -> Slot:
        """The slot that the row takes."""
        return Slot(self.employee_id, self.date, self.dagdeel)


@dataclass(frozen=True, slots=True)
class Balance:
    """What somebody has worked in the rosters before, as far back as the job looks.

    Attributes:
        nights: Nights on call.
        weekends: Weekends and holidays on which they worked: a weekend is one, a holiday on another day is one.
        holidays: Holidays on which they worked, those on a weekend too.
    """

    nights: int = 0
    weekends: int = 0
    holidays: int = 0


@dataclass(frozen=True, slots=True)
class Workspace:
    """One roster's data, and what the pass adds to it.

    All but `assignments`, a list that the pass fills, is input and stays as it was loaded.

    Attributes:
        employees: The people of this roster, active or not, by id: who is qualified for something, or holds a slot.
        services: Every service, active or not, by code.
        requirements: Demand inside the period, `needed` > 0 and not MAG_NIET.
        qualifications: The active ones.
        stored: The roster's rows inside the period that are not OPEN.
        neighbours: ACTIVE rows of these people outside this roster, on its days and on those that rest reaches before
            and after them: nobody works in two rosters at once, and rest does not stop at a roster's border.
        holidays: Days that count with weekends; whoever reads the roster says which.
        balance: What people have worked in the rosters before, by employee id; people who have none are not in it.
        warnings: What was wrong with rows that could be left out.
        duties: The duties of the practice, and their rest.
        words: The job's own words in `source`.
        columns: Columns that `roster_assignments` has; empty where that is not known.
        carried: OPEN rows of the roster that still name a service or a requirement.
        counters: Requirement -> its counter `invulling` as read, of requirements with demand; empty where the table
            keeps none.
        forbidden: Pairs of slot and service that the database has refused; none of them is assigned.
        assignments: The rows that the job adds; filled by `GreedyProcessor`.
    """

    roster: Roster
    employees: tuple[Employee, ...] = ()
    services: tuple[Service, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    stored: tuple[StoredAssignment, ...] = ()
    neighbours: tuple[StoredAssignment, ...] = ()
    holidays: frozenset[dt.date] = frozenset()
    balance: Mapping[str, Balance] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    duties: DutyRules = BUILT_IN
    words: SourceWords = OWN_WORDS
    columns: frozenset[str] = frozenset()
    carried: tuple[StoredAssignment, ...] = ()
    counters: Mapping[str, int | None] = field(default_factory=dict)
    forbidden: frozenset[tuple[Slot, str]] = frozenset()
    assignments: list[Assignment] = field(default_factory=list)

    @property
    def roster_id(self) -> str:
        """Id of the roster."""
        return self.roster.id

    @property
    def service_codes(self) -> dict[str, str]:
        """Service id -> code."""
        return {service.id: service.code for service in self.services}
