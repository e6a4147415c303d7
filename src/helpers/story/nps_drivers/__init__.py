"""The page on who recommends, and why."""
