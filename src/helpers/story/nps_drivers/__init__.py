"""The page on who recommends, and why."""

UNIT = "customer"  # answers are given by people, whatever the unit of analysis
