"""Everything that talks to Supabase; no other package calls a table or a function of the database, or imports a client.

docs/architecture.md, "Code map", names its modules.

Nothing is imported here, so that the settings can be read without loading the HTTP client.
"""
