"""The cover: what was found, how sure we are, and what to do about it."""
