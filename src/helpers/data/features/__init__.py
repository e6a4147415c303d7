"""What goes to the analyses: customers, answers, campaigns, accounts and order lines, reduced in the engine."""
