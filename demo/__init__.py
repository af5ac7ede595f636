"""Everything `make demo` needs: a local Supabase and a practice roster."""
