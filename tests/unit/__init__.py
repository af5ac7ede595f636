"""Tests without a database: one behaviour each."""
