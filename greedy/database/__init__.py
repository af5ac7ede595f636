"""Everything that talks to Supabase; nothing outside this package calls a table or a function of the database."""
