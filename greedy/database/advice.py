"""What to do about an error code of PostgREST, PostgreSQL or a gateway, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greedy.database import obstacles

if TYPE_CHECKING:
    from postgrest import APIError

CHECK_SETTINGS = "Fix: Verify environment variables in Railway (SUPABASE_URL, SUPABASE_KEY)."
RERUN = "a rerun completes the roster"
NO_STRUCTURE = "Fix: Verify table structure against supabase.txt; supabase/migrations creates it."
"""Advice where a table or a column is missing."""

BY_CODE: dict[str, str] = {
    "42P01": NO_STRUCTURE,
    "42703": NO_STRUCTURE,
    "42501": "The key has no rights on the table: use the secret key (sb_secret_...), and apply supabase/migrations, "
    "which grants them.",
    "23505": "Fix: Check for pre-existing records or retry logic.",
    "40P01": f"Deadlock: another transaction and this one waited for each other, time and again; run again, {RERUN}.",
    "55P03": "Somebody's transaction was in the way: pg_stat_activity shows who is idle in transaction. Run again when "
    f"it has ended; {RERUN}.",
    "57014": "The statement took longer than the database allows: raise it (alter role authenticator set "
    "statement_timeout = '30s'; notify pgrst, 'reload config';), or look for slow triggers on the table.",
    "57P01": f"The database shuts down or restarts: wait until it is back, then run again; {RERUN}.",
    "53300": f"The database is out of connections: close some, or wait, then run again; {RERUN}.",
    "PGRST000": f"The API cannot connect to its database: see the project's status, then run again; {RERUN}.",
    "PGRST001": f"The API lost its database in the middle: see the project's status, then run again; {RERUN}.",
    "PGRST002": f"The API does not know the database's tables yet: wait a minute, then run again; {RERUN}.",
    "PGRST003": f"The API has no connection to its database free: wait a minute, then run again; {RERUN}.",
    "402": "The project has used up its plan, or is not paid: see Supabase, Billing.",
    "540": "The project is paused: restore it in Supabase.",
}
DISTURBED = f"The way to Supabase is disturbed: see its status page, then run again; {RERUN}."
"""Advice where a gateway's answer has no advice of its own."""

_BY_OPERATOR = f"Somebody cancelled the statement (pg_cancel_backend): run again; {RERUN}."
_SAME = {"PGRST205": "42P01", "PGRST204": "42703"}
NOT_SUPABASE = f"The answer is not Supabase's: SUPABASE_URL may be another site's address. {CHECK_SETTINGS}"
"""Advice where an answer has a shape that Supabase never gives."""

_SEE_CODE = "See the code in the documentation of PostgREST or PostgreSQL."


def on(code: str, error: APIError) -> str:
    """Return what to do about a code; where something refuses a row, its name and what removes it."""
    if code == "57014" and "user request" in (error.message or ""):
        return _BY_OPERATOR
    known = BY_CODE.get(_SAME.get(code, code))
    obstacle = None if known else obstacles.find(error.code, error.message)
    if obstacle is not None:
        return f"In the way: {obstacle}"
    return known or (NOT_SUPABASE if code.isdecimal() and len(code) == 3 else _SEE_CODE)


def on_proxy(proxy: str) -> str:
    """Return what to do about a proxy that does not let the job through."""
    return f"Cause: the proxy {proxy} does not answer, or refuses. Correct that variable, or remove it."
