"""What a run came to: the typed result, coverage, what changed, alerts. Pure."""
