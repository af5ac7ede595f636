"""Properties that hold for every roster (Hypothesis)."""
