"""The page on what the data can tell."""

UNIT = "customer"  # it is about the files supplied, whatever the unit of analysis
