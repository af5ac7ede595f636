"""Writing a file whole or not at all: until the new one is complete, its reader has the old one."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path

_NO_NEW_FILE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""Why a folder takes no new file although one that is there already may be writable."""


def write_whole(file: Path, content: bytes) -> None:
    """Write a file; what it held before stays until all of the new content is on the disk.

    The content goes to a temporary file in the same folder, which then takes the file's name. A link stays a link: what
    it names is replaced. What is no regular file (a pipe, a device) is written to as it is, and so is a file in a
    folder that takes no new ones.

    Raises:
        OSError: It cannot be written; what was there is as it was.
    """
    target = file.resolve()
    if target.exists() and not target.is_file():
        target.write_bytes(content)
        return
    try:
        handle, name = tempfile.mkstemp(prefix=".greedy-", suffix=".part", dir=target.parent)
    except OSError as error:
        if error.errno not in _NO_NEW_FILE or not target.exists():
            raise
        target.write_bytes(content)
        return
    try:
        with open(handle, "wb") as part:
            os.fchmod(handle, _mode_of(target))
            part.write(content)
            part.flush()
            os.fsync(handle)  # a disk may say only now that it is full
        Path(name).replace(target)
    except BaseException:  # a time limit too: nothing half-written stays
        with suppress(OSError):
            Path(name).unlink()
        raise


def _mode_of(file: Path) -> int:
    """Return the permissions of a file that is there, else those that a new file gets."""
    with suppress(FileNotFoundError):
        return file.stat().st_mode & 0o7777
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
