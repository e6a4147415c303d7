"""The page on what segmentation earns."""

UNIT = "customer"  # campaigns draw people, whatever the unit of analysis
