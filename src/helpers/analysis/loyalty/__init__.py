"""Loyalty as behaviour and attitude, what goes with it, and what makes customers buy."""
