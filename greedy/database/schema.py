"""Which version of the project's database schema the job talks to, and what it lacks.

The job works with the tables alone. What the migrations add to them (triggers, guard) makes it safe; each part that is
missing becomes a warning that names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from supabase import Client

from greedy.database import client as database
from greedy.domain.duties import REST
from greedy.errors import DatabaseError

VERSION = 2
"""Version of `supabase/migrations` that this code goes with."""

_REPLAN_VERSION = 2
_FUNCTION = "greedy_schema"
_UNKNOWN_FUNCTION = {"PGRST202", "42883"}
REMEDY = 'apply supabase/migrations (README, "A hosted Supabase, in five steps")'
OTHER_DUTIES = "the database's trigger knows other duties, or other rest, than this job"
PARTS = {
    "blocking_trigger": "the blocking trigger is missing or disabled: only this job puts rest periods in place, "
    "and nobody opens them again when a duty is taken away",
    "guard": "the guard is missing or disabled: a shift that a planner enters while the job runs can be overwritten",
    "block_stamp": "the stamp trigger is missing or disabled: rest periods that the job writes do not name their duty, "
    "and stay when it is taken away",
    "hand_over": "the hand-over trigger is missing or disabled: a duty of the job that a planner edits stays the "
    "job's, so that --replan is refused",
}
"""What greedy_schema() tells of the database: what it means that a part is missing."""


@dataclass(frozen=True, slots=True)
class DatabaseSchema:
    """What the database says of itself.

    Attributes:
        version: Version of the migrations; None when it has none of ours.
        warnings: What is missing, each with the remedy.
        told: Its answer, as it came; empty when it has none of our migrations.
    """

    version: int | None
    warnings: tuple[str, ...]
    told: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def trigger_missing(self) -> bool:
        """Whether it says that it has no blocking trigger; one without our migrations may have a trigger of its own."""
        return bool(self.told) and self.told.get("blocking_trigger") is not True

    @property
    def can_replan(self) -> bool:
        """Whether it keeps apart what the job planned and what a planner edited, and swaps the two in one go."""
        return (self.version or 0) >= _REPLAN_VERSION and self.told.get("hand_over") is True


def inspect_schema(client: Client) -> DatabaseSchema:
    """Ask the database which version of the schema it has.

    Raises:
        DatabaseError: It does not answer. That it does not know the question is an answer.
    """
    try:
        answer = database.execute(client.rpc(_FUNCTION, {}), "read the schema version").data
    except DatabaseError as error:
        if error.code not in _UNKNOWN_FUNCTION:
            raise
        answer = None
    return _judge(answer)


def _judge(answer: Any) -> DatabaseSchema:
    if not isinstance(answer, dict) or not isinstance(answer.get("version"), int):
        missing = f"the database does not have GREEDY's migrations: {'; '.join(PARTS.values())}; {REMEDY}"
        return DatabaseSchema(version=None, warnings=(missing,))
    version = answer["version"]
    warnings = [f"{told}; {REMEDY}" for part, told in PARTS.items() if answer.get(part) is not True]
    if version < VERSION:
        warnings.append(f"the database has schema version {version}, this job goes with {VERSION}; {REMEDY}")
    if version > VERSION:
        warnings.append(f"the database has schema version {version}, newer than this job's {VERSION}; update the job")
    if _duty_table(answer.get("duty_table")) != _duty_table(own_duty_table()):
        warnings.append(f"{OTHER_DUTIES}; {REMEDY}")
    return DatabaseSchema(version=version, warnings=tuple(warnings), told=answer)


def own_duty_table() -> list[dict[str, Any]]:
    """Give the duties and their rest in the shape in which the database tells its own."""
    return [
        {"code": duty.code, "dagdeel": str(duty.dagdeel), "rest": [[rest.days, str(rest.dagdeel)] for rest in rests]}
        for duty, rests in REST.items()
    ]


def _duty_table(told: Any) -> Any:
    """Make a duty table comparable, whatever its order."""
    try:
        return sorted((row["code"], row["dagdeel"], sorted(map(tuple, row["rest"]))) for row in told)
    except (KeyError, TypeError):
        return None
