"""The page on who the best customers are."""
