"""Puts together what is generated from `supabase/sql`: `install.sql` and the migration of the same content.

`python supabase/build.py` writes both; a test holds them against `build()`. The text of each function stands in
`supabase/sql` alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
INSTALL = FOLDER / "install.sql"
MIGRATION = FOLDER / "migrations" / "20261128030000_write_path_2.sql"

_FUNCTION = re.compile(r"create or replace function public\.(\w+)\(.*?\$\$(.*?)\$\$;", re.DOTALL)
_EXPECTED = re.compile(r"jsonb := '\{\}'; -- @functions[^\n]*")

_INSTALL_HEAD = """\
-- Everything that an existing database needs to work with GREEDY; generated from supabase/sql by supabase/build.py.
--
-- To be pasted into the dashboard's SQL editor, run by psql, or pushed as a migration of your own repository. One
-- transaction: all of it or nothing. May be run again at any time, and upgrades every older version. It adds columns,
-- key and indexes of roster_assignments that are missing, lets a CHECK on `source` allow the job's words, and never
-- touches row-level security, policies or rights of a table that it did not make. uninstall.sql takes it away again.
begin;

"""
_MIGRATION_HEAD = """\
-- The write path and the queue as they are now, on what the migrations before have made; generated from supabase/sql by
-- supabase/build.py. The same as install.sql, so that it may be run again.

"""


def body() -> str:
    """Join the pieces in the order of their names, with the digests by which greedy_schema() knows the functions."""
    text = "\n".join(path.read_text().strip() + "\n" for path in sorted((FOLDER / "sql").glob("*.sql")))
    digests = {
        name: hashlib.md5(source.encode(), usedforsecurity=False).hexdigest()
        for name, source in _FUNCTION.findall(text)
        if name != "greedy_schema"
    }
    filled, count = _EXPECTED.subn(f"jsonb := '{json.dumps(digests)}'; -- name -> md5 of its text", text)
    if count != 1:
        raise ValueError("greedy_schema() has no place for the digests of the functions")
    return filled


def build() -> dict[Path, str]:
    """Return the generated files: path -> text."""
    text = body()
    return {
        INSTALL: f"{_INSTALL_HEAD}{text}\nnotify pgrst, 'reload schema';\n\ncommit;\n",
        MIGRATION: _MIGRATION_HEAD + text,
    }


def main() -> None:
    """Write the generated files."""
    for path, text in build().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
