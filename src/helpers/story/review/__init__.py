"""The review: what changed since the last report, and what became of what was promised."""
