"""The cover: what was found, how sure we are, and what to do about it."""

UNIT = "customer"  # it repeats what the other pages said in their own words
