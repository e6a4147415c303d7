"""The page on what customers will be worth."""
