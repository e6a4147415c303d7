"""The page on whose opinion the score holds: who answered, for whom they stand, and how else they can be counted."""
