"""One run's files in Storage, and the links to them.

The layout of the bucket: `<roster>/runs/<when>-<run>/` has a run's own files, `<roster>/latest/` those of the latest
run under names that stay, and `people/<mark>.ics` is the calendar to which one person's phone subscribes, over all
rosters. It is put together from the rosters' own latest calendars, so that what one run leaves out another puts right.
"""

from __future__ import annotations

import datetime as dt
import zlib
from functools import partial
from typing import TYPE_CHECKING

import structlog

from greedy.cli.files import made
from greedy.exports.formats import Format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greedy.cli.making import RunFiles
    from greedy.cli.settings import CommandSettings
    from greedy.database.client import Connection
    from greedy.database.storage import Store
    from greedy.exports.calendars import RosterCalendar
    from greedy.outcome.published import Published

log = structlog.get_logger("greedy")

NAME = "rooster"
PEOPLE, RUNS, LATEST = "people", "runs", "latest"
DAY = 86_400
_WHEN = "%Y%m%dT%H%M%SZ"


class Publisher:
    """Publishes one run.

    Attributes:
        published: What there are links to; None until there are.
    """

    def __init__(self, store: Store, connection: Connection, files: RunFiles, settings: CommandSettings) -> None:
        self._store, self._connection, self._made, self._settings = store, connection, files, settings
        self._maker = files.maker
        self._now = files.maker.made_at.replace(microsecond=0)  # as folders and links have it
        self.published: Published | None = None

    def publish(self) -> None:
        """Store the files, sign links, and remove what is old.

        A run whose plan is not in the database leaves its page alone, and the latest files as they were.

        Raises:
            GreedyError: Something of it failed; what was done until then stands, and the next run does it all anew.
        """
        from greedy.exports.edition import is_stored

        self._store.ensure()
        result = self._maker.result
        folder = f"{result.roster_id}/{RUNS}/{self._now:{_WHEN}}-{result.run_id[:8]}"
        if not (result.success and is_stored(result)):
            self._files(folder, [Format.HTML])
            self._sign(folder, [Format.HTML], {}, latest=False)
            return
        latest = f"{result.roster_id}/{LATEST}"
        calendar = self._maker.calendar(before=self._calendar(latest))
        kinds = list(Format)
        self._files(folder, kinds, latest, calendar)
        others = self._other_rosters()
        people = self._people(calendar, others)
        self._sign(folder, kinds, people, latest=True)
        for roster in (result.roster_id, *one_of(others, result.run_id)):
            self._remove_old_runs(roster)

    def _files(
        self, folder: str, kinds: list[Format], latest: str | None = None, calendar: RosterCalendar | None = None
    ) -> None:
        """Make each kind of file once, and store it as the run's own and as the latest."""
        from greedy.exports import calendars

        for kind in kinds:
            if kind is Format.ICS and calendar is not None:
                data = made(kind, lambda: calendars.write(calendar, self._maker.say))
            else:
                data = made(kind, partial(self._made.make, kind))
            for place in filter(None, (folder, latest)):
                self._store.put(f"{place}/{NAME}.{kind}", data, kind.media_type)

    def _calendar(self, folder: str) -> RosterCalendar | None:
        """Read the calendar that the latest run of a roster left; None where there is none that can be read."""
        from greedy.exports import calendars

        path = f"{folder}/{NAME}.{Format.ICS}"
        data = self._store.get(path)
        try:
            return calendars.read(data) if data is not None else None
        except ValueError as error:
            log.warning(f"⚠️  {path} is {error}: its events begin anew")
            return None

    def _other_rosters(self) -> list[str]:
        """Return the rosters beside this one that have files: the names of their folders."""
        return [name for name in self._store.names("") if name not in (PEOPLE, self._maker.result.roster_id)]

    def _people(self, calendar: RosterCalendar, others: list[str]) -> dict[str, str]:
        """Store everybody's own calendar, over all rosters that still are; return the paths by employee id."""
        from greedy.database.roster_rows import roster_ids
        from greedy.exports import calendars, events

        today = self._now.astimezone(self._maker.zone).date()
        known = roster_ids(self._connection.client) if others else frozenset()
        rosters = [calendar]
        for name in others:
            other = self._calendar(f"{name}/{LATEST}")
            if other is not None and name in known and other.last + calendars.KEPT >= today:
                rosters.append(other)
            else:  # long past, or deleted
                self._remove_folder(f"{name}/{LATEST}")
        names = {events.person_mark(id_): name for id_, name in self._maker.book.names.items()}
        paths: dict[str, str] = {}
        for mark, name in (calendars.people(calendar) | names).items():
            paths[mark] = f"{PEOPLE}/{mark}.{Format.ICS}"
            data = made(Format.ICS, partial(calendars.own, rosters, mark, name, self._maker.say))
            self._store.put(paths[mark], data, Format.ICS.media_type)
        return {id_: paths[events.person_mark(id_)] for id_ in self._maker.book.names}

    def _sign(self, folder: str, kinds: list[Format], people: dict[str, str], *, latest: bool) -> None:
        from greedy.database.storage import BUCKET, as_download
        from greedy.outcome.published import Published, PublishedCalendar, PublishedFile

        settings = self._settings
        stays = f"{self._maker.result.roster_id}/{LATEST}"
        places = [folder, stays] if latest else [folder]
        links = self._store.sign(
            [f"{place}/{NAME}.{kind}" for place in places for kind in kinds], DAY * settings.publish_link_days
        )
        calendars = self._store.sign(list(people.values()), DAY * settings.calendar_days)

        def link(place: str, kind: Format) -> str:
            url = links[f"{place}/{NAME}.{kind}"]
            return url if kind in (Format.PDF, Format.ICS) else as_download(url, f"{NAME}.{kind}")

        self.published = Published(
            bucket=BUCKET,
            folder=folder,
            links_until=self._now + dt.timedelta(days=settings.publish_link_days),
            calendars_until=self._now + dt.timedelta(days=settings.calendar_days),
            files=tuple(
                PublishedFile(
                    kind=kind.value,
                    path=f"{folder}/{NAME}.{kind}",
                    url=link(folder, kind),
                    latest_url=link(stays, kind) if latest else None,
                )
                for kind in kinds
            ),
            calendars=tuple(
                PublishedCalendar(employee_id=id_, path=path, url=calendars[path]) for id_, path in people.items()
            ),
        )

    def _remove_old_runs(self, roster: str) -> None:
        """Remove the files of a roster's runs that are older than is asked for."""
        oldest = self._now - dt.timedelta(days=self._settings.publish_keep_days)
        for run in self._store.names(f"{roster}/{RUNS}"):
            try:
                when = dt.datetime.strptime(run.split("-")[0], _WHEN).replace(tzinfo=dt.UTC)
            except ValueError:
                continue  # not one of ours
            if when < oldest:
                self._remove_folder(f"{roster}/{RUNS}/{run}")

    def _remove_folder(self, folder: str) -> None:
        self._store.remove([f"{folder}/{name}" for name in self._store.names(folder)])


def one_of(rosters: Sequence[str], run_id: str) -> Sequence[str]:
    """Return the other roster whose old runs this run removes, chosen by the run's id: in time each has its turn.

    A roster that is over has no run of its own that would remove what is old; to look at all of them in every run would
    take a request for each.
    """
    return [rosters[zlib.crc32(run_id.encode()) % len(rosters)]] if rosters else []
