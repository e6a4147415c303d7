"""Customer report kit: parameterized notebooks that become a client's HTML report."""
