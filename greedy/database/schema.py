"""Which version of the project's database schema the job talks to, and what it lacks.

The job works with the tables alone. What the migrations add to them (triggers, guard) makes it safe; each part that is
missing becomes a finding that names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from greedy.database import requests
from greedy.database.client import Client
from greedy.database.codes import NO_FUNCTION, NO_TABLE, Action, Kind
from greedy.domain.duties import BUILT_IN
from greedy.errors import DatabaseError

VERSION = 2
"""Version of `supabase/migrations` that this code goes with."""

_REPLAN_VERSION = 2
_FUNCTION = "greedy_schema"
REMEDY = 'apply supabase/migrations (README, "A hosted Supabase, in five steps")'


class Part(Enum):
    """A part of the schema; the value of a trigger is its name in the answer of `greedy_schema()`."""

    MIGRATIONS = "migrations"
    VERSION = "version"
    BLOCKING_TRIGGER = "blocking_trigger"
    GUARD = "guard"
    BLOCK_STAMP = "block_stamp"
    HAND_OVER = "hand_over"
    DUTIES = "duty_table"


class State(Enum):
    """What is wrong with a part."""

    MISSING = auto()
    OLDER = auto()
    NEWER = auto()
    DIFFERENT = auto()
    UNKNOWN = auto()
    """It cannot be seen."""


TRIGGERS: Mapping[Part, str] = {
    Part.BLOCKING_TRIGGER: "the blocking trigger is missing or disabled: only this job puts rest periods in place, "
    "and nobody opens them again when a duty is taken away",
    Part.GUARD: "the guard is missing or disabled: a shift that a planner enters while the job runs can be overwritten",
    Part.BLOCK_STAMP: "the stamp trigger is missing or disabled: rest periods that the job writes do not name their "
    "duty, and stay when it is taken away",
    Part.HAND_OVER: "the hand-over trigger is missing or disabled: a duty of the job that a planner edits stays the "
    "job's, so that --replan is refused",
}
"""Trigger -> what it means that it is missing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the database lacks, or has otherwise than this code expects.

    Attributes:
        part: The part of the schema.
        state: What is wrong with it.
        meaning: What that means, in words.
        remedy: What to do.
    """

    part: Part
    state: State
    meaning: str
    remedy: str = REMEDY

    def __str__(self) -> str:
        return f"{self.meaning}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class DatabaseSchema:
    """What the database answers about itself.

    Attributes:
        version: Version of the migrations; None when it has none of ours, or cannot be asked.
        findings: What is wrong.
        role: Role of the key; None where the database does not name it.
        may_write: Whether that role may write `roster_assignments`.
    """

    version: int | None
    findings: tuple[Finding, ...] = ()
    role: str | None = None
    may_write: bool = False

    @property
    def warnings(self) -> tuple[str, ...]:
        """The findings in words, each with its remedy."""
        return tuple(map(str, self.findings))

    def about(self, *parts: Part) -> list[Finding]:
        """Return what is wrong with these parts."""
        return [finding for finding in self.findings if finding.part in parts]

    @property
    def trigger_missing(self) -> bool:
        """Whether it says that it has no blocking trigger; one without our migrations may have a trigger of its own."""
        return bool(self.about(Part.BLOCKING_TRIGGER))

    @property
    def can_replan(self) -> bool:
        """Whether it keeps apart what the job planned and what a planner edited, and swaps the two in one go."""
        return (self.version or 0) >= _REPLAN_VERSION and not self.about(Part.HAND_OVER)


def inspect_schema(client: Client) -> DatabaseSchema:
    """Ask the database which version of the schema it has.

    Raises:
        DatabaseError: It does not answer. That it does not know the question is an answer.
    """
    action = Action("read the schema version", _FUNCTION, Kind.FUNCTION)
    try:
        answer = requests.execute(client.rpc(_FUNCTION, {}), action).data
    except DatabaseError as error:
        if error.code not in NO_FUNCTION:
            raise
        answer = None
    return _judge(answer)


def inspect_schema_of_any(client: Client) -> DatabaseSchema:
    """Do as `inspect_schema`, also where a table is missing that the database's own function looks at.

    Raises:
        DatabaseError: It does not answer.
    """
    try:
        return inspect_schema(client)
    except DatabaseError as error:
        if error.code not in NO_TABLE:
            raise
    meaning = "cannot be told: a table that it looks at is missing"
    return DatabaseSchema(version=None, findings=(Finding(Part.MIGRATIONS, State.UNKNOWN, meaning),))


def _judge(answer: Any) -> DatabaseSchema:
    if not isinstance(answer, dict) or not isinstance(answer.get("version"), int):
        meaning = f"the database does not have GREEDY's migrations: {'; '.join(TRIGGERS.values())}"
        return DatabaseSchema(version=None, findings=(Finding(Part.MIGRATIONS, State.MISSING, meaning),))
    version = answer["version"]
    findings = [
        Finding(part, State.MISSING, meaning)
        for part, meaning in TRIGGERS.items()
        if answer.get(part.value) is not True
    ]
    if version < VERSION:
        meaning = f"the database has schema version {version}, this job goes with {VERSION}"
        findings.append(Finding(Part.VERSION, State.OLDER, meaning))
    if version > VERSION:
        meaning = f"the database has schema version {version}, newer than this job's {VERSION}"
        findings.append(Finding(Part.VERSION, State.NEWER, meaning, "update the job"))
    if _comparable(answer.get(Part.DUTIES.value)) != _comparable(own_duty_table()):
        meaning = "the database's trigger knows other duties, or other rest, than this job"
        findings.append(Finding(Part.DUTIES, State.DIFFERENT, meaning))
    role = answer.get("role")
    return DatabaseSchema(
        version=version,
        findings=tuple(findings),
        role=None if role is None else str(role),
        may_write=answer.get("may_write") is True,
    )


def own_duty_table() -> list[dict[str, Any]]:
    """Return the duties and their rest in the shape in which the database describes its own."""
    return [
        {"code": duty.code, "dagdeel": str(duty.dagdeel), "rest": [[rest.days, str(rest.dagdeel)] for rest in rests]}
        for duty, rests in BUILT_IN.rests.items()
    ]


def _comparable(table: Any) -> Any:
    """Make a duty table comparable, whatever its order; None where it is none."""
    try:
        return sorted((row["code"], row["dagdeel"], sorted(map(tuple, row["rest"]))) for row in table)
    except (KeyError, TypeError):
        return None
