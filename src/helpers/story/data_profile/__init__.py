"""The page on what the data can tell."""
