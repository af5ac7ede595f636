"""Everything `make demo` needs: a local Supabase and a practice roster."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
"""Where the project is."""
