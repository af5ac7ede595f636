"""Tests on databases that are not ours."""
