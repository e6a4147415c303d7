"""What is in the columns of any table: facts, values, spread, course in time, and what differs between sources."""
