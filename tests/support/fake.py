"""A stand-in for the Supabase client that keeps tables, and honours what a query asks of them.

It knows what the job uses: `select` with columns and exact count, the filters eq, neq, gt, gte, lt, in, is null and
or, order, limit, `upsert` on a natural key, `update`, and `rpc`. Anything else fails the test. It has no triggers and
no row cap of its own unless `cap` says so; tests/database has the real thing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from postgrest import APIError

from tests.support.filters import Raw, Test, any_of, compare

if TYPE_CHECKING:
    from greedy.database.client import Client
else:
    Client = object

ASSIGNMENTS = "roster_assignments"


def refused(code: str | None, message: str | None = "no", hint: str | None = None) -> APIError:
    """Make the error by which PostgREST refuses a request."""
    return APIError({"code": code, "message": message, "hint": hint, "details": None})


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back from the server."""

    data: Any
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """An answer to a write that is stored all the same: `error` is raised after it."""

    error: Exception


class FakeClient(Client):
    """The client, and the server behind it.

    Attributes:
        tables: Table -> its rows. A table that is not here is not found.
        rpc_answers: Function -> what it answers to its arguments; an exception is raised. One that is not here is not
            found.
        cap: Most rows that one answer holds; None for no limit.
        counts: Whether it counts rows when asked.
        write_answers: What happens to the next writes, one each: an exception is raised and nothing stored; `Lost`; a
            number of rows that are stored and confirmed; or what is answered instead, with nothing stored. Where they
            are used up, all is stored and confirmed.
        read_answers: The same for the next readings of `roster_assignments`: an exception is raised; rows are what the
            table holds for that reading, filters applied; an `Answer` is given as it is, whatever it holds.
        trial_answer: What refuses rows that are sent twice in one request; None for PostgreSQL's own 21000.
        after_read: Happens after each reading, before the next.
        log: Every request: "read roster_assignments", "write roster_assignments", "call greedy_schema".
        upserts: The batches of all writes, refused ones included.
        conflict_keys: Their natural keys.
    """

    def __init__(self, rows: Iterable[Raw] = (), **tables: Iterable[Raw]) -> None:
        """Make a server; `rows` are those of `roster_assignments`."""
        self.tables = {name: list(held) for name, held in ({ASSIGNMENTS: rows} | tables).items()}
        self.rpc_answers: dict[str, Any] = {}
        self.cap: int | None = None
        self.counts = True
        self.write_answers: list[Any] = []
        self.read_answers: list[Any] = []
        self.trial_answer: Exception | None = None
        self.log: list[str] = []
        self.upserts: list[list[Raw]] = []
        self.conflict_keys: list[str] = []
        self.after_read: Callable[[], object] = lambda: None
        self._ids = itertools.count(1)

    @property
    def reads(self) -> int:
        """Readings of `roster_assignments` so far."""
        return self.log.count(f"read {ASSIGNMENTS}")

    def table(self, name: str) -> Table:  # type: ignore[override]  # a stand-in
        return Table(self, name)

    def rpc(self, function: str, arguments: Mapping[str, Any]) -> Call:  # type: ignore[override]
        return Call(self, function, arguments)

    def held(self, table: str) -> list[Raw]:
        """Return the rows of a table."""
        if table not in self.tables:
            raise refused("PGRST205", f"Could not find the table 'public.{table}' in the schema cache")
        return self.tables[table]

    def store(self, table: str, rows: Iterable[Raw], key: str) -> None:
        """Insert rows, or update those that have the same natural key."""
        names = key.split(",")
        held = self.held(table)
        known = {tuple(row[name] for name in names): row for row in held}
        for row in rows:
            slot = tuple(row[name] for name in names)
            if slot in known:
                known[slot].update(row)
            else:
                known[slot] = {"id": f"new-{next(self._ids):06}"} | row
                held.append(known[slot])


@dataclass
class Table:
    server: FakeClient
    name: str

    def select(self, columns: str, count: str | None = None) -> Query:
        assert count in (None, "exact")
        return Query(self.server, self.name, columns, counted=count is not None)

    def update(self, values: Raw) -> Update:
        return Update(self.server, self.name, values)

    def upsert(self, batch: Any, on_conflict: str) -> Upsert:
        return Upsert(self.server, self.name, batch if isinstance(batch, list) else [batch], on_conflict)


@dataclass
class Upsert:
    server: FakeClient
    table: str
    batch: list[Raw]
    key: str

    def execute(self) -> Answer:
        server, batch = self.server, self.batch
        names = self.key.split(",")
        if len({tuple(row[name] for name in names) for row in batch}) < len(batch):
            server.log.append(f"try {self.table}")
            raise server.trial_answer or refused(
                "21000", "ON CONFLICT DO UPDATE command cannot affect row a second time"
            )
        if len({row.get("roster_id") for row in batch}) > 1:
            server.log.append(f"try {self.table}")
            key = 'violates foreign key constraint "roster_assignments_roster_id_fkey"'
            raise refused("23503", f'insert or update on table "{self.table}" {key}')
        server.log.append(f"write {self.table}")
        server.upserts.append(batch)
        server.conflict_keys.append(self.key)
        answer = server.write_answers.pop(0) if server.write_answers else len(batch)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Lost):
            server.store(self.table, batch, self.key)
            raise answer.error
        if not isinstance(answer, int):
            return Answer(answer)
        server.store(self.table, batch[:answer], self.key)
        return Answer([dict(row) for row in batch[:answer]])


@dataclass
class Update:
    """A change of the rows that its filters leave."""

    server: FakeClient
    table: str
    values: Raw
    tests: list[Test] = field(default_factory=list)

    def eq(self, column: str, value: Any) -> Update:
        self.tests.append(compare(column, "eq", value))
        return self

    def in_(self, column: str, values: Iterable[Any]) -> Update:
        self.tests.append(compare(column, "in", list(values)))
        return self

    def execute(self) -> Answer:
        self.server.log.append(f"update {self.table}")
        changed = [row for row in self.server.held(self.table) if all(test(row) for test in self.tests)]
        for row in changed:
            row.update(self.values)
        return Answer([dict(row) for row in changed])


@dataclass
class Call:
    server: FakeClient
    function: str
    arguments: Mapping[str, Any]

    def execute(self) -> Answer:
        self.server.log.append(f"call {self.function}")
        if self.function not in self.server.rpc_answers:
            raise refused("PGRST202", f"Could not find the function public.{self.function} in the schema cache")
        answer = self.server.rpc_answers[self.function]
        if callable(answer):
            answer = answer(**self.arguments)
        if isinstance(answer, Exception):
            raise answer
        return Answer(answer)


@dataclass
class Query:
    """A reading; each filter narrows it, as PostgREST's do."""

    server: FakeClient
    table: str
    columns: str
    counted: bool
    tests: list[Test] = field(default_factory=list)
    orders: list[tuple[str, bool]] = field(default_factory=list)
    most: int | None = None

    def eq(self, column: str, value: Any) -> Query:
        return self._where(compare(column, "eq", value))

    def neq(self, column: str, value: Any) -> Query:
        return self._where(compare(column, "neq", value))

    def gt(self, column: str, value: Any) -> Query:
        return self._where(compare(column, "gt", value))

    def in_(self, column: str, values: Iterable[Any]) -> Query:
        return self._where(compare(column, "in", list(values)))

    def or_(self, filters: str) -> Query:
        return self._where(any_of(filters))

    def order(self, column: str, desc: bool = False) -> Query:
        self.orders.append((column, desc))
        return self

    def limit(self, most: int) -> Query:
        self.most = most
        return self

    def _where(self, test: Test) -> Query:
        self.tests.append(test)
        return self

    def execute(self) -> Answer:
        server = self.server
        server.log.append(f"read {self.table}")
        rows = server.held(self.table)
        if self.table == ASSIGNMENTS and server.read_answers:
            answer = server.read_answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, Answer):
                return answer
            rows = answer
        found = [row for row in rows if all(test(row) for test in self.tests)]
        for column, desc in reversed(self.orders):
            found.sort(key=lambda row: str(row[column]), reverse=desc)
        count = len(found) if self.counted and server.counts else None
        most = min(size for size in (self.most, server.cap, len(found)) if size is not None)
        answer = Answer([self._shown(row) for row in found[:most]], count)
        server.after_read()
        return answer

    def _shown(self, row: Raw) -> Raw:
        if self.columns == "*":
            return dict(row)
        return {name: row.get(name) for name in self.columns.split(",")}
