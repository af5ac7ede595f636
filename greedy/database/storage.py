"""Supabase Storage: the job's own private bucket, its files, and the signed links by which others open them.

Every write replaces what is there, so that a repeat after a lost answer changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import structlog
from storage3._sync.file_api import SyncBucketProxy
from storage3.exceptions import StorageApiError
from storage3.types import FileOptions

from greedy import retries
from greedy.database import codes
from greedy.database.client import Client
from greedy.errors import DatabaseError

log = structlog.get_logger(__name__)

BUCKET = "greedy"

TRIES = 3
"""Tries of one request, the first included: files can be published anew by the next run."""

_PAGE = 1_000
_MOST_REMOVED = 200
_MISSING = frozenset({404, 400})
"""Statuses by which Storage says that something is not there; which of the two differs from call to call."""

_LONGEST_WAIT = 4.0

T = TypeVar("T")


class Store:
    """The job's bucket."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def ensure(self) -> None:
        """See that the bucket is there and private, and make it where it is missing.

        Raises:
            DatabaseError: It cannot be made, or everybody could read it.
        """
        if not self.is_there():
            _send(
                lambda: self._client.storage.create_bucket(BUCKET, options={"public": False}),
                f"make the bucket {BUCKET}",
            )

    def is_there(self) -> bool:
        """Whether the private bucket is there; False only when Storage answers, and has no such bucket.

        Raises:
            DatabaseError: Storage does not answer, or refuses; or everybody could read the bucket.
        """
        try:
            bucket = self._ask("GET", f"bucket/{BUCKET}", f"look for the bucket {BUCKET}")
        except _NotFoundError:
            self._ask("GET", "bucket", "list the buckets")
            return False
        if not isinstance(bucket, dict) or bucket.get("public") is not False:
            raise DatabaseError(
                f"Storage: the bucket {BUCKET} is public, so that anybody could read the roster",
                "Make it private (Supabase: Storage, the bucket's settings), then run again.",
            )
        return True

    def put(self, path: str, data: bytes, media_type: str) -> None:
        """Store a file, replacing the one of that name.

        Raises:
            DatabaseError: It is not stored.
        """
        # A file that is replaced must not come from a cache on the way.
        how: FileOptions = {"content-type": media_type, "upsert": "true", "cache-control": "60"}
        _send(lambda: self._files.upload(path, data, how), f"store {path}")

    def get(self, path: str) -> bytes | None:
        """Return a file; None where there is none.

        Raises:
            DatabaseError: It cannot be read.
        """
        try:
            return _send(lambda: self._files.download(path), f"read {path}")
        except _NotFoundError:
            return None

    def names(self, folder: str) -> list[str]:
        """Return the names of the files and folders in a folder, in order.

        Raises:
            DatabaseError: They cannot be read.
        """
        within = f"{folder}/" if folder else ""
        found: set[str] = set()
        seen = 0
        while True:
            rows = _send(
                partial(self._files.list, folder, {"limit": _PAGE, "offset": seen}), f"list {folder or 'the bucket'}"
            )
            # Hosted Storage names what lies in the folder, Supabase Lite the whole path of what lies below it.
            found |= {str(row["name"]).removeprefix(within).split("/")[0] for row in rows}
            seen += len(rows)
            if len(rows) < _PAGE:
                return sorted(found)

    def remove(self, paths: Sequence[str]) -> None:
        """Remove files; that some are gone already is no error.

        Raises:
            DatabaseError: They cannot be removed.
        """
        for start in range(0, len(paths), _MOST_REMOVED):
            some = list(paths[start : start + _MOST_REMOVED])
            _send(partial(self._files.remove, some), f"remove {len(some)} old files")

    def sign(self, paths: Sequence[str], seconds: int) -> dict[str, str]:
        """Return for each file a link by which whoever has it may read the file for a time.

        Raises:
            DatabaseError: There is no link for one of them.
        """
        if not paths:
            return {}
        asked = {"expiresIn": seconds, "paths": list(paths)}
        try:
            answers = self._ask("POST", f"object/sign/{BUCKET}", f"sign {len(paths)} links", asked)
            by_path = {answer.get("path"): answer for answer in answers}
        except _NotFoundError:  # Supabase Lite signs one at a time
            one = {"expiresIn": seconds}
            by_path = {path: self._ask("POST", f"object/sign/{BUCKET}/{path}", f"sign {path}", one) for path in paths}
        return {path: self._link(path, by_path.get(path)) for path in paths}

    def _link(self, path: str, answer: object) -> str:
        """Return the whole address of a signed link; servers differ in its spelling and in how much of it they send."""
        signed = (answer.get("signedURL") or answer.get("signedUrl")) if isinstance(answer, dict) else None
        if not isinstance(signed, str):
            raise DatabaseError(f"Storage: could not sign {path}", "Run again.")
        return f"{self._address}/{signed.removeprefix('/storage/v1').lstrip('/')}"

    @property
    def _address(self) -> str:
        return str(self._client.storage_url).rstrip("/")

    def _ask(self, method: str, path: str, what: str, body: object = None) -> Any:
        """Send a request for which the client would take one kind of answer only, and return the answer."""

        def request() -> Any:
            http = self._client.options.httpx_client or httpx.Client()
            answer = http.request(method, f"{self._address}/{path}", json=body, headers=self._client.options.headers)
            if answer.is_success:
                return answer.json()
            told = answer.json()
            raise StorageApiError(str(told["message"]), str(told.get("error")), told.get("statusCode", 0))

        return _send(request, what)

    @property
    def _files(self) -> SyncBucketProxy:
        return self._client.storage.from_(BUCKET)


def as_download(link: str, name: str) -> str:
    """Return a link that saves the file under a name instead of showing it."""
    return f"{link}{'&' if '?' in link else '?'}download={quote(name)}"


class _NotFoundError(DatabaseError):
    """Storage has no such bucket, or no such file."""


def _send(request: Callable[[], T], what: str) -> T:
    """Send a request, again while its failure may pass.

    Raises:
        DatabaseError: It failed, after the last try.
        RunStoppedError: SIGTERM, SIGINT or SIGHUP came; the request was not sent.
    """

    def announce(failure: retries.Failure) -> None:
        log.warning(f"⚠️  Could not {what}: {_describe(failure.error)}; trying again", attempt=failure.tried)

    try:
        return retries.send(request, tries=TRIES, longest_wait=_LONGEST_WAIT, passes=_is_transient, announce=announce)
    except (StorageApiError, httpx.HTTPError, ValueError) as error:
        raise _translate(error, what) from error


def _status(error: StorageApiError) -> int:
    return int(error.status) if str(error.status).isdecimal() else 0


def _is_transient(error: BaseException) -> bool:
    if isinstance(error, StorageApiError):
        return _status(error) in codes.TRANSIENT_STATUS
    return codes.is_transient(error)


def _describe(error: BaseException | None) -> str:
    if isinstance(error, StorageApiError):
        return f"{error.message} (code {error.status})"
    return codes.describe(error)


def _translate(error: StorageApiError | httpx.HTTPError | ValueError, what: str) -> DatabaseError:
    message = f"Storage: could not {what}: {_describe(error)}"
    if not isinstance(error, StorageApiError):
        return DatabaseError(message, "See that the project has Storage, and its status page; then run again.")
    status = _status(error)
    if status in _MISSING and "not found" in f"{error.message} {error.code}".lower():
        return _NotFoundError(message, "Run again.", str(status))
    hints = {
        404: "The project has no Storage: switch it on, or leave --publish out.",
        403: "The key may not use Storage: set SUPABASE_KEY to the secret key, sb_secret_...",
        413: "The project's limit of a file's size is smaller: raise it (Supabase: Storage, Settings).",
    }
    return DatabaseError(message, hints.get(status, "See Supabase, Storage; then run again."), str(status))
