"""Standard output and standard error that never make a run fail: closed, full, ascii, or gone in the middle.

What can be written is written; from the first failure on the rest goes nowhere, and whoever asks is told what failed.
"""

from __future__ import annotations

import errno
import io
import json
import os
import select
import sys
from typing import TYPE_CHECKING, TextIO

from greedy.errors import RunTimeoutError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_LEFT = frozenset({errno.EPIPE, errno.ECONNRESET})
"""How writing fails when its reader has left."""


class _Lasting(io.FileIO):
    """A file descriptor to which writing never fails.

    Attributes:
        failure: What went wrong first; None while all is well.
    """

    failure: OSError | RunTimeoutError | None = None

    def write(self, data: ReadableBuffer) -> int:
        """Write, or let it go: in either case it counts as written.

        Raises:
            RunTimeoutError: The time is over. A stream whose reader does not read is not waited for again.
        """
        length = memoryview(data).nbytes
        if self.failure is not None:
            return length
        try:
            while (written := super().write(data)) is None:  # a pipe that its owner has made non-blocking, and is full
                select.select([], [self], [])
        except OSError as error:
            self.failure = error
        except RunTimeoutError as error:
            self.failure = error
            raise
        else:
            return written
        return length


def make_lasting() -> None:
    """Put streams that never fail in the place of the process's own, before anything is opened.

    A descriptor that is closed is opened on nothing: else the next connection would get its number, and with it
    whatever is printed.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
    sys.stdout = _lasting(1, sys.stdout, "backslashreplace")  # as JSON escapes what ascii does not have
    sys.stderr = _lasting(2, sys.stderr, "replace")


def _lasting(descriptor: int, before: TextIO | None, errors: str) -> TextIO:
    if before is not None:
        before.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Lasting(descriptor, "wb", closefd=False)),
        encoding=before.encoding if before is not None else "utf-8",
        errors=errors,
        line_buffering=True,
    )


def is_unicode(stream: TextIO) -> bool:
    """Whether a stream takes every character."""
    return (stream.encoding or "").lower().replace("-", "").startswith("utf")


def dumps(data: object, indent: int | None = None) -> str:
    """Return JSON as standard output takes it: escaped where that has not every character."""
    return json.dumps(data, indent=indent, ensure_ascii=not is_unicode(sys.stdout))


def lost(stream: TextIO) -> str | None:
    """Write out what a stream holds, and describe why not all of it has reached its reader.

    Returns:
        The reason; None when nothing is missing, or when its reader has left by itself.
    """
    stream.flush()
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    failure = raw.failure if isinstance(raw, _Lasting) else None
    if failure is None or (isinstance(failure, OSError) and failure.errno in _LEFT):
        return None
    return (failure.strerror or str(failure)) if isinstance(failure, OSError) else "nobody reads it"
