"""Everything that talks to Supabase; no other package calls a table or a function of the database, or imports a client.

The modules, each importing only those before it: `settings` (address and key), `codes` (what an error means and what
to do about it), `client` (the connection), `requests` (sending, with retries), `paging` (complete readings), `tables`
(names, columns, a roster's rows), `structure` (the tables as the migrations make them), `differences` (what differs
from them), `bulk` (FASE 4's writes), `schema` (what the database has of our migrations), `history` (what earlier runs
did), `probes` (the readings of `--check`).

Nothing is imported here, so that the settings can be read without loading the HTTP client.
"""
