"""The page on which behaviours there are."""
