"""Whether customers who stay also speak well of us, what those who stay share, and what makes customers buy."""
