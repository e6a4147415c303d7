"""The page on which kinds of customers there are."""
