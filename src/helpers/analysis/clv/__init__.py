"""Lifetime value: what customers will order and bring, by models of buying and leaving, and whether to trust them."""
