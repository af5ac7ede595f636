"""What a database has of the job's own SQL, what differs from it, and what the job can do with it.

The job works with the tables alone. What `supabase/` adds to them (triggers, functions, duties as data) makes it safe;
each part that is missing becomes a finding that names it and the statement that mends it. `inspection` asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from greedy.database.differences import TableFacts
from greedy.database.preflight import Attempt
from greedy.domain.duties import BUILT_IN, DutyRules
from greedy.domain.source import OWN_WORDS, SourceWords
from greedy.errors import DatabaseError

VERSION = 3
"""Version of `supabase/` that this code goes with."""

REMEDY = 'run supabase/install.sql (README, "Your own database")'

_WRITERS = frozenset({"greedy_write", "greedy_replan", "greedy_move", "greedy_finish"})


class Part(Enum):
    """A part of the schema; the value is its name in the answer of `greedy_schema()`."""

    SQL = "sql"
    VERSION = "version"
    KEY = "key"
    INDEX = "index"
    TRIGGER = "trigger"
    FUNCTION = "function"
    DUTIES = "duties"
    WORDS = "words"
    HISTORY = "history"


class State(Enum):
    """What is wrong with a part."""

    MISSING = auto()
    OLDER = auto()
    NEWER = auto()
    DIFFERENT = auto()
    UNKNOWN = auto()
    """It cannot be seen."""


WITHOUT = (
    "a shift that a planner enters while the job writes can be overwritten",
    "nobody opens rest periods again when a duty is taken away, unless a trigger of the database's own does",
    "--replan cannot tell the job's duties from those that a planner has edited",
)
"""What may happen where the job's SQL is missing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the database lacks, or has in another form than this code expects.

    Attributes:
        part: The part of the schema.
        state: What is wrong with it.
        meaning: What that means, in words.
        remedy: What to do: the statement that mends it, or where that stands.
        name: Its name in the database; empty where it has none.
    """

    part: Part
    state: State
    meaning: str
    remedy: str = REMEDY
    name: str = ""

    def __str__(self) -> str:
        return f"{self.meaning}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class DatabaseSchema:
    """What the database answers about itself.

    Attributes:
        version: Version of the job's SQL; None when it has none of it, or cannot be asked.
        findings: What is wrong.
        role: Role of the key; None where the database does not name it.
        may_write: Whether that role may write `roster_assignments`.
        duties: The on-call duties: the database's, or the built-in ones.
        columns: Columns of `roster_assignments`; None where the database does not say.
        attempts: What came of writing a row of each kind and taking it back; None where the database cannot try.
        words: The job's own words in `source`.
        tables: What the six tables are like, those that there are; None where the database does not say.
    """

    version: int | None
    findings: tuple[Finding, ...] = ()
    role: str | None = None
    may_write: bool = False
    duties: DutyRules = BUILT_IN
    columns: frozenset[str] | None = None
    attempts: tuple[Attempt, ...] | None = None
    words: SourceWords = OWN_WORDS
    tables: Mapping[str, TableFacts] | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """The findings that matter to a run, in words, each with its remedy. A missing history matters to none."""
        return tuple(str(finding) for finding in self.findings if finding.part is not Part.HISTORY)

    def with_words(self, words: SourceWords) -> DatabaseSchema:
        """Return this with the words that the settings name.

        The job's SQL, where the database has it, knows the job's rows by `greedy` and `greedy-blocking`. Then these are
        the words whatever the settings name, and others are a finding: with others, a row of the job's would still
        count as the job's after a planner has edited it, and a later `--replan` would take it back.
        """
        if self.version is None or words == OWN_WORDS:
            return replace(self, words=words)
        meaning = (
            f"GREEDY_SOURCE and GREEDY_SOURCE_BLOCKING name {words.assigned} and {words.blocked}, but the database's "
            f"SQL knows the job's rows by {OWN_WORDS.assigned} and {OWN_WORDS.blocked}, which are used"
        )
        finding = Finding(Part.WORDS, State.DIFFERENT, meaning, "leave these two settings out")
        return replace(self, findings=(*self.findings, finding))

    def about(self, *parts: Part) -> list[Finding]:
        """Return what is wrong with these parts."""
        return [finding for finding in self.findings if finding.part in parts]

    @property
    def own_trigger(self) -> bool:
        """Whether rest is made by the trigger of the job's own SQL; else the database may have one of its own."""
        return self.version is not None

    @property
    def trigger_missing(self) -> bool:
        """Whether it says that its blocking trigger is missing or disabled."""
        return any("greedy" in finding.name or "block_rest" in finding.name for finding in self.about(Part.TRIGGER))

    @property
    def has_writers(self) -> bool:
        """Whether it has the functions by which the job writes, judging each row inside the transaction."""
        missing = {finding.name for finding in self.about(Part.FUNCTION) if finding.state is State.MISSING}
        return (self.version or 0) >= VERSION and not missing & _WRITERS

    @property
    def can_replan(self) -> bool:
        """Whether it tells the job's rows from those that a planner edited, and replaces them in one transaction."""
        return self.has_writers and not any("hand_over" in finding.name for finding in self.about(Part.TRIGGER))

    def refuse_replan(self) -> None:
        """Refuse a replan where it cannot.

        Raises:
            DatabaseError: It cannot.
        """
        if not self.can_replan:
            raise DatabaseError(
                "--replan needs the database's hand-over trigger and its function greedy_replan; nothing was written",
                f"Run without --replan, or {REMEDY}.",
                lasting=True,
            )

    def refuse_lease(self) -> None:
        """Refuse to write under a lease where that cannot be held.

        Raises:
            DatabaseError: It cannot.
        """
        if not self.has_writers:
            raise DatabaseError(
                "A worker of the queue needs the database's writing functions; nothing was written",
                f"{REMEDY[0].upper()}{REMEDY[1:]}.",
                lasting=True,
            )
