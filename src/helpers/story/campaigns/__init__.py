"""The page on what campaigns changed: against those left out, or against what else there is to go by."""

UNIT = "customer"  # campaigns draw people, whatever the unit of analysis
