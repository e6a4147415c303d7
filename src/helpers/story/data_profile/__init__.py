"""The page on what the data can tell."""

UNIT = "customer"  # it is about the files supplied, whatever the unit of analysis
AS_SUPPLIED = True  # it finds rare spellings, so no value of few customers may be put together with others
