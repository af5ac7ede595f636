"""Tests against the local Supabase."""
