"""Whose opinion the score holds: response, weights, accounts, consumers, satisfaction, competitors."""
